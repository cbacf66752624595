// What the page uses of Vega; the archives bring no types that stand alone.
declare module "vega" {
  export interface Item {
    datum?: Record<string, unknown>;
  }
  export class View {
    constructor(runtime: unknown, options: Record<string, unknown>);
    addEventListener(type: string, handler: (event: Event, item: Item | null) => void): View;
    runAsync(): Promise<View>;
    finalize(): View;
    resize(): View;
  }
  export function parse(spec: unknown, config: unknown, options: { ast: boolean }): unknown;
}
declare module "vega-lite" {
  export function compile(spec: unknown, options?: Record<string, unknown>): { spec: unknown };
}
declare module "vega-interpreter" {
  export const expressionInterpreter: unknown;
}
