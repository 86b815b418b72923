/* Draws the Mermaid fences of a page. Runs in the browser; `mermaid` comes from /assets/mermaid.js. */
const dark = window.matchMedia('(prefers-color-scheme: dark)').matches;
window.mermaid.initialize({ startOnLoad: false, securityLevel: 'strict', theme: dark ? 'dark' : 'neutral' });
window.mermaid.run({ querySelector: 'pre.mermaid', suppressErrors: true }).finally(() => {
  document.documentElement.dataset.mermaid = 'done';
});
