// Questions to the server, and what is said where it does not answer.
export class Refused extends Error {}

async function read<T>(response: Response): Promise<T> {
  const text = await response.text();
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    throw new Refused(`the server answered ${response.status} without JSON`);
  }
  if (!response.ok) {
    const failure = body as { error?: string; hint?: string };
    throw new Refused([failure.error ?? `status ${response.status}`, failure.hint].filter(Boolean).join(" — "));
  }
  return body as T;
}

export async function get<T>(path: string, fields: Record<string, string> = {}): Promise<T> {
  const asked = new URLSearchParams(Object.entries(fields).filter(([, value]) => value !== ""));
  return read<T>(await fetch(`/api/${path}?${asked}`));
}

export async function post<T>(path: string, body: string, fields: Record<string, string> = {}): Promise<T> {
  return read<T>(await fetch(`/api/${path}?${new URLSearchParams(fields)}`, { method: "POST", body, headers: { "Content-Type": "text/plain;charset=utf-8" } }));
}

export interface Rows {
  columns: string[];
  rows: (string | number | boolean | null)[][];
  total?: number;
}
