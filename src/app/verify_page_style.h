// The style of the page that `chimera verify --html` writes: light and dark, narrow and wide, on paper.
#pragma once

#include <string_view>

namespace chimera::app {

inline constexpr std::string_view kVerifyPageStyle = R"css(
:root{color-scheme:light dark;--ink:#1b1f24;--dim:#59636e;--paper:#fff;--side:#f6f8fa;--line:#d1d9e0;
--contradicted:#b3261e;--contradicted-bg:#ffe3e0;--unsupported:#8a5300;--unsupported-bg:#fff0d0;
--uncheckable:#59636e;--uncheckable-bg:#eceff2;--supported:#1a6b34;--supported-bg:#dcf5e3}
@media (prefers-color-scheme:dark){:root{--ink:#e6e9ed;--dim:#9aa5b1;--paper:#0f1318;--side:#171c23;--line:#333b45;
--contradicted:#ff9b93;--contradicted-bg:#4a1a18;--unsupported:#f2bf6a;--unsupported-bg:#3f2d0c;
--uncheckable:#a7b1bc;--uncheckable-bg:#272e37;--supported:#7fd79a;--supported-bg:#12361f}}
*{box-sizing:border-box}
html{scroll-padding-top:1rem}
body{margin:0;color:var(--ink);background:var(--paper);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
header{padding:1.25rem 1.25rem .75rem;border-bottom:1px solid var(--line)}
h1{font-size:1.35rem;margin:0 0 .25rem;overflow-wrap:anywhere}
h2{font-size:1.05rem;margin:0 0 .75rem}
p{margin:.25rem 0}
.dim{color:var(--dim)}
fieldset{border:0;padding:0;margin:.75rem 0 0;display:flex;flex-wrap:wrap;gap:.5rem}
legend{padding:0;color:var(--dim);font-size:.9rem;margin-bottom:.35rem}
fieldset span{position:relative}
fieldset input{position:absolute;opacity:0;inset:0;width:100%;height:100%;margin:0;cursor:pointer}
label{display:inline-block;padding:.3rem .8rem;border:1px solid currentColor;border-radius:1rem;font-weight:600;font-size:.95rem}
label.contradicted{color:var(--contradicted);background:var(--contradicted-bg)}
label.unsupported{color:var(--unsupported);background:var(--unsupported-bg)}
label.uncheckable{color:var(--uncheckable);background:var(--uncheckable-bg)}
label.supported{color:var(--supported);background:var(--supported-bg)}
input:not(:checked)+label{background:none;text-decoration:line-through;opacity:.75}
input:focus-visible+label,a:focus-visible,summary:focus-visible{outline:3px solid Highlight;outline-offset:2px}
main{display:grid;grid-template-columns:minmax(0,3fr) minmax(0,2fr);align-items:start}
section{padding:1.25rem;min-width:0}
#claims{background:var(--side);border-left:1px solid var(--line);position:sticky;top:0;max-height:100vh;overflow:auto}
.text{font:.875rem/1.6 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
.text div{display:grid;grid-template-columns:3.2rem minmax(0,1fr)}
.text .no{color:var(--dim);text-align:right;padding-right:1rem;user-select:none;text-decoration:none}
.text .src{white-space:pre-wrap;overflow-wrap:anywhere}
.text .head .src{font-weight:700}
.m{color:inherit;text-decoration-line:underline;text-decoration-thickness:2px;text-underline-offset:3px;border-radius:3px;padding:0 .1em}
.m b{font-weight:700;padding-right:.15em}
.m.contradicted{background:var(--contradicted-bg);text-decoration-color:var(--contradicted)}
.m.unsupported{background:var(--unsupported-bg);text-decoration-color:var(--unsupported);text-decoration-style:dashed}
.m.uncheckable{text-decoration-color:var(--uncheckable);text-decoration-style:dotted}
.m.supported{text-decoration-color:var(--supported)}
.m.contradicted b,.v.contradicted{color:var(--contradicted)}
.m.unsupported b,.v.unsupported{color:var(--unsupported)}
.m.uncheckable b,.v.uncheckable{color:var(--uncheckable)}
.m.supported b,.v.supported{color:var(--supported)}
.m:target{outline:3px solid Highlight}
article{background:var(--paper);border:1px solid var(--line);border-left:4px solid var(--line);border-radius:6px;margin:0 0 .6rem;font-size:.925rem}
article.contradicted{border-left-color:var(--contradicted)}
article.unsupported{border-left-color:var(--unsupported)}
article.supported{border-left-color:var(--supported)}
article:target{outline:3px solid Highlight}
summary{padding:.5rem .75rem;cursor:pointer;overflow-wrap:anywhere}
.v{font-weight:700}
q{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;font-size:.9em}
.body{padding:0 .75rem .6rem;overflow-wrap:anywhere}
.body ul{margin:.3rem 0;padding-left:1.1rem}
pre{margin:.25rem 0 .5rem;padding:.5rem;background:var(--side);border:1px solid var(--line);border-radius:4px;white-space:pre-wrap;overflow-wrap:anywhere;font:.8rem/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
mark{background:var(--unsupported-bg);color:inherit;font-weight:700;outline:1px solid var(--unsupported);border-radius:2px}
.vh{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
body:has(#f-contradicted:not(:checked)) article.contradicted,body:has(#f-unsupported:not(:checked)) article.unsupported,
body:has(#f-uncheckable:not(:checked)) article.uncheckable,body:has(#f-supported:not(:checked)) article.supported{display:none}
body:has(#f-contradicted:not(:checked)) .m.contradicted,body:has(#f-unsupported:not(:checked)) .m.unsupported,
body:has(#f-uncheckable:not(:checked)) .m.uncheckable,body:has(#f-supported:not(:checked)) .m.supported{background:none;text-decoration:none}
body:has(#f-contradicted:not(:checked)) .m.contradicted b,body:has(#f-unsupported:not(:checked)) .m.unsupported b,
body:has(#f-uncheckable:not(:checked)) .m.uncheckable b,body:has(#f-supported:not(:checked)) .m.supported b{display:none}
@media (max-width:60rem){main{grid-template-columns:minmax(0,1fr)}section{padding:1rem .75rem}
#claims{position:static;max-height:none;border-left:0;border-top:1px solid var(--line)}
.text div{grid-template-columns:2.2rem minmax(0,1fr)}.text .no{padding-right:.5rem}header{padding:1rem .75rem .5rem}}
@media print{main{display:block}fieldset{display:none}#claims{position:static;max-height:none;overflow:visible;border:0;background:none}
body{font-size:10pt}article{break-inside:avoid}.m{-webkit-print-color-adjust:exact;print-color-adjust:exact}}
)css";

}  // namespace chimera::app
