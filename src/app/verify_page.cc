#include "app/verify_page.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "app/verify_page_style.h"
#include "base/sha256.h"
#include "core/diagnostic.h"
#include "text/decode.h"

namespace chimera::app {
namespace {

using claims::Verdict;
using claims::VerdictKind;

constexpr std::array kKinds = {VerdictKind::contradicted, VerdictKind::unsupported, VerdictKind::uncheckable, VerdictKind::supported};
constexpr std::size_t kShownEvidence = 4;

std::string base64(const base::Digest& bytes) {
  constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t group = 0;
    for (std::size_t k = 0; k < 3; ++k) group = group << 8U | (i + k < bytes.size() ? bytes[i + k] : 0U);
    for (std::size_t k = 0; k < 4; ++k) out += i + k > bytes.size() ? '=' : kDigits[group >> (18 - 6 * k) & 63U];
  }
  return out;
}

// Marks that change the direction of what follows could make a page show another text than the report's.
bool turns_text(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return at + i < text.size() ? static_cast<unsigned char>(text[at + i]) : 0U; };
  if (byte(0) != 0xE2) return false;
  return (byte(1) == 0x80 && (byte(2) == 0x8E || byte(2) == 0x8F || (byte(2) >= 0xAA && byte(2) <= 0xAE))) || (byte(1) == 0x81 && byte(2) >= 0xA6 && byte(2) <= 0xA9);
}

std::string escaped(std::string_view text) {
  std::string out;
  out.reserve(text.size() + text.size() / 8);
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const auto byte = static_cast<unsigned char>(c);
    if (c == '&') out += "&amp;";
    else if (c == '<') out += "&lt;";
    else if (c == '>') out += "&gt;";
    else if (c == '"') out += "&quot;";
    else if (c == '\'') out += "&#39;";
    else if ((byte < 0x20 && c != '\n' && c != '\t' && c != '\r') || byte == 0x7F) out += "\uFFFD";
    else if (c == '\r') continue;
    else if (turns_text(text, i)) out += "\uFFFD", i += 2;
    else out += c;
  }
  return out;
}

std::string in_words(std::string_view name) {
  std::string words(name);
  std::replace(words.begin(), words.end(), '_', ' ');
  return words;
}

class Page {
 public:
  explicit Page(const Audit& audit) : audit_(audit), lines_(text::line_starts(audit.text)) {}

  std::string write() {
    head();
    out_ += "<main>\n<section id=\"report\" aria-labelledby=\"h-report\">\n<h2 id=\"h-report\">The report</h2>\n<div class=\"text\">\n";
    text();
    out_ += "</div>\n</section>\n<section id=\"claims\" aria-labelledby=\"h-claims\" tabindex=\"0\">\n<h2 id=\"h-claims\">Its claims</h2>\n";
    if (audit_.verdicts.empty()) out_ += "<p>Nothing in this report can be checked: it states no numbers, files, dates, ranks or absences that the evidence could speak about.</p>\n";
    for (std::size_t i = 0; i < audit_.verdicts.size(); ++i) article(i);
    out_ += "</section>\n</main>\n</body>\n</html>\n";
    return std::move(out_);
  }

 private:
  [[nodiscard]] std::size_t count(VerdictKind kind) const {
    return static_cast<std::size_t>(std::count_if(audit_.verdicts.begin(), audit_.verdicts.end(), [kind](const Verdict& v) { return v.kind == kind; }));
  }

  void head() {
    const std::string name = escaped(audit_.name == "-" ? "standard input" : audit_.name);
    out_ += fmt::format("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'sha256-{}'; base-uri 'none'; form-action 'none'\">\n"
                        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"referrer\" content=\"no-referrer\">\n"
                        "<title>Claims of {}</title>\n<style>{}</style>\n</head>\n<body>\n",
                        base64(base::sha256(kVerifyPageStyle)), name, kVerifyPageStyle);
    const std::size_t bad = count(VerdictKind::contradicted) + count(VerdictKind::unsupported);
    const std::size_t all = audit_.verdicts.size();
    const std::size_t folder = name.rfind('/') == std::string::npos ? 0 : name.rfind('/') + 1;
    out_ += fmt::format("<header>\n<h1>{}</h1>\n<p class=\"dim\">{}</p>\n<p>{}, {}.</p>\n<p class=\"dim\">Judged against {} files. Each mark leads to its verdict, and back.</p>\n"
                        "<fieldset>\n<legend>Show</legend>\n",
                        name.substr(folder), name.substr(0, folder), all == 1 ? "1 claim" : fmt::format("{} claims", all), bad == 0 ? "none of them wrong or without support" : fmt::format("{} of them wrong or without support", bad),
                        audit_.corpus.documents().size());
    for (const VerdictKind kind : kKinds)
      out_ += fmt::format("<span><input type=\"checkbox\" id=\"f-{0}\" checked><label for=\"f-{0}\" class=\"{0}\"><span aria-hidden=\"true\">{1}</span> {2} {0}</label></span>\n",
                          claims::to_string(kind), sign(kind), count(kind));
    out_ += "</fieldset>\n</header>\n";
  }

  [[nodiscard]] std::size_t line_of(const Verdict& verdict) const {
    return static_cast<std::size_t>(std::upper_bound(lines_.begin(), lines_.end(), verdict.claim.span.begin) - lines_.begin());
  }

  // One line after the other. A claim that begins inside another one's mark is named right behind that.
  void text() {
    std::size_t next = 0;
    std::size_t number = 1;
    for (std::size_t begin = 0; begin <= audit_.text.size(); ++number) {
      const std::size_t end = std::min(audit_.text.find('\n', begin), audit_.text.size());
      if (begin == audit_.text.size() && begin > 0) break;
      out_ += fmt::format("<div id=\"L{0}\"{1}><span class=\"no\" aria-hidden=\"true\">{0}</span><span class=\"src\">", number, audit_.text.substr(begin, 1) == "#" ? " class=\"head\"" : "");
      std::size_t at = begin;
      while (next < audit_.verdicts.size() && audit_.verdicts[next].claim.span.begin < std::max(end, begin + 1)) {
        const core::Span& span = audit_.verdicts[next].claim.span;
        const std::size_t from = std::clamp<std::size_t>(span.begin, at, end);
        const std::size_t to = std::clamp<std::size_t>(span.end, from, end);
        out_ += escaped(audit_.text.substr(at, from - at));
        mark(next, audit_.text.substr(from, to - from));
        at = to;
        ++next;
      }
      out_ += escaped(audit_.text.substr(at, end - at)) + "</span></div>\n";
      begin = end + 1;
    }
  }

  void mark(std::size_t index, std::string_view quote) {
    const Verdict& verdict = audit_.verdicts[index];
    const std::string_view kind = claims::to_string(verdict.kind);
    out_ += fmt::format("<a class=\"m {0}\" id=\"m{1}\" href=\"#c{1}\"><b aria-hidden=\"true\">{2}{3}</b>{4}<span class=\"vh\"> ({0}, claim {1})</span></a>", kind, index + 1,
                        sign(verdict.kind), quote.empty() ? fmt::format("{}", index + 1) : "", escaped(quote));
  }

  void article(std::size_t index) {
    const Verdict& verdict = audit_.verdicts[index];
    const std::string_view kind = claims::to_string(verdict.kind);
    const bool bad = verdict.kind == VerdictKind::contradicted || verdict.kind == VerdictKind::unsupported;
    const bool tells = verdict.kind == VerdictKind::supported ? !verdict.found.empty() : !verdict.reason.empty();
    out_ += fmt::format("<article class=\"{0}\" id=\"c{1}\"><details{2}><summary><span class=\"v {0}\"><span aria-hidden=\"true\">{3}</span> {0}</span> <q>{4}</q>{5}</summary>\n<div class=\"body\">\n", kind,
                        index + 1, bad ? " open" : "", sign(verdict.kind), escaped(verdict.claim.quote),
                        tells ? ": " + escaped(verdict.kind == VerdictKind::supported ? verdict.found : verdict.reason) : "");
    if (bad && !verdict.found.empty() && verdict.reason.find(verdict.found) == std::string::npos) out_ += fmt::format("<p>The evidence says {}.</p>\n", escaped(verdict.found));
    out_ += fmt::format("<p class=\"dim\"><a href=\"#m{}\">line {}</a> · claim {} · {}{}</p>\n", index + 1, line_of(verdict), index + 1, in_words(claims::to_string(verdict.claim.kind)),
                        verdict.kind == VerdictKind::supported ? "" : fmt::format(" · {}", core::info(verdict.code).code));
    evidence(verdict);
    out_ += "</div>\n</details></article>\n";
  }

  void evidence(const Verdict& verdict) {
    if (verdict.evidence.empty()) return;
    out_ += "<ul>\n";
    for (std::size_t i = 0; i < std::min(kShownEvidence, verdict.evidence.size()); ++i) {
      const core::SourceRef& source = verdict.evidence[i];
      const std::string place = core::describe(source.place);
      out_ += fmt::format("<li><code>{}</code>{}", escaped(source.path), place.empty() ? "" : ": " + escaped(place));
      const Excerpt around = excerpt(audit_.corpus, source);
      if (!around.marked.empty()) out_ += fmt::format("<pre>{}<mark>{}</mark>{}</pre>", escaped(around.before), escaped(around.marked), escaped(around.after));
      out_ += "</li>\n";
    }
    out_ += "</ul>\n";
    if (verdict.evidence.size() > kShownEvidence) out_ += fmt::format("<p class=\"dim\">and {} places more</p>\n", verdict.evidence.size() - kShownEvidence);
  }

  const Audit& audit_;
  std::vector<std::uint64_t> lines_;
  std::string out_;
};

}  // namespace

std::string verify_page(const Audit& audit) { return Page(audit).write(); }

}  // namespace chimera::app
