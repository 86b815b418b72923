/** The style of the HTML report: no font, image or script from anywhere; light, dark and on paper. */
export const reportStyle = `
:root { color-scheme: light dark;
  --bg: #ffffff; --panel: #f6f8fa; --text: #1f2328; --dim: #59636e; --line: #d1d9e0;
  --good: #1a7f37; --bad: #cf222e; --warn: #9a6700; --work: #0969da; --idle: #818b98;
  --good-bg: #dafbe1; --bad-bg: #ffebe9; --warn-bg: #fff8c5; --work-bg: #ddf4ff; --idle-bg: #eff2f5; }
@media (prefers-color-scheme: dark) { :root {
  --bg: #0d1117; --panel: #151b23; --text: #f0f6fc; --dim: #9198a1; --line: #3d444d;
  --good: #3fb950; --bad: #f85149; --warn: #d29922; --work: #4493f8; --idle: #9198a1;
  --good-bg: #12261e; --bad-bg: #25171c; --warn-bg: #272115; --work-bg: #121d2f; --idle-bg: #212830; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--bg); color: var(--text);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; }
main { max-width: 1080px; margin: 0 auto; padding: 32px 24px 64px; }
h1 { font-size: 26px; line-height: 1.25; margin: 10px 0 6px; letter-spacing: -0.01em; }
h2 { font-size: 18px; margin: 40px 0 12px; }
a { color: var(--work); text-decoration: none; } a:hover { text-decoration: underline; }
code, pre { font: 12.5px/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
code { background: var(--panel); border-radius: 4px; padding: 1px 5px; overflow-wrap: anywhere; }
pre { background: var(--panel); border: 1px solid var(--line); border-radius: 6px; padding: 12px; margin: 8px 0;
  overflow: auto; max-height: 420px; white-space: pre-wrap; overflow-wrap: anywhere; }
.meta { color: var(--dim); margin: 0; } .meta > * { margin-right: 14px; white-space: nowrap; }
.pill { display: inline-block; border-radius: 999px; padding: 1px 10px; font-size: 13px; font-weight: 600; white-space: nowrap;
  color: var(--idle); background: var(--idle-bg); }
.good { color: var(--good); background: var(--good-bg); } .bad { color: var(--bad); background: var(--bad-bg); }
.warn { color: var(--warn); background: var(--warn-bg); } .work { color: var(--work); background: var(--work-bg); }
.cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(138px, 1fr)); gap: 12px; margin: 24px 0; padding: 0; }
.cards div { background: var(--panel); border: 1px solid var(--line); border-radius: 8px; padding: 12px 14px; }
.cards dt { color: var(--dim); font-size: 13px; } .cards dd { margin: 0; font-size: 21px; font-weight: 600; }
.cards dd small { display: block; font-size: 12.5px; font-weight: 400; color: var(--dim); }
.mend { border-left: 4px solid var(--bad); background: var(--bad-bg); border-radius: 4px; padding: 10px 16px; margin: 12px 0; }
.mend p { margin: 2px 0; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: 14px; }
th { text-align: left; color: var(--dim); font-weight: 600; font-size: 13px; }
th, td { padding: 8px 10px; border-bottom: 1px solid var(--line); vertical-align: top; }
td.num, th.num { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
td small { color: var(--dim); display: block; }
details { border: 1px solid var(--line); border-radius: 8px; margin: 8px 0; padding: 0 14px; }
summary { cursor: pointer; padding: 9px 0; } details[open] > summary { border-bottom: 1px solid var(--line); margin-bottom: 8px; }
p small { color: var(--dim); margin-left: 8px; }
summary small { color: var(--dim); margin-left: 8px; }
details details { border-style: dashed; }
.gantt { width: 100%; height: auto; display: block; } .gantt text { fill: var(--text); font-size: 12px; }
.gantt .tick { stroke: var(--line); } .gantt .axis, .gantt .group { fill: var(--dim); font-size: 11px; }
.gantt .done { fill: var(--good); } .gantt .failed { fill: var(--bad); } .gantt .active { fill: var(--work); }
.gantt .phase { fill: var(--idle); opacity: 0.55; } .gantt .stopped { fill: var(--idle); }
footer { margin-top: 48px; color: var(--dim); font-size: 13px; }
@media print { :root { color-scheme: light;
    --bg: #ffffff; --panel: #f6f8fa; --text: #000000; --dim: #444444; --line: #bbbbbb;
    --good: #1a7f37; --bad: #cf222e; --warn: #7d4e00; --work: #0550ae; --idle: #59636e; }
  main { max-width: none; padding: 0; } h2 { break-after: avoid; } tr, .mend, .cards div { break-inside: avoid; }
  pre { max-height: none; } details::details-content { content-visibility: visible; block-size: auto; } }
`;
