/** Only an improvement: without it the page is plain and complete. Colours come from the reader's scheme. */
export const STYLE: string = `
:root{color-scheme:light dark;--line:color-mix(in srgb,CanvasText 25%,Canvas);--soft:color-mix(in srgb,CanvasText 6%,Canvas)}
body{font:15px/1.5 system-ui,sans-serif;margin:0}
main{max-width:62rem;margin:0 auto;padding:1rem 1.5rem 4rem}
h1{font-size:1.6rem;margin:.5rem 0}
h2{font-size:1.2rem;margin:2.2rem 0 .6rem;border-bottom:1px solid var(--line);padding-bottom:.2rem}
table{border-collapse:collapse;border:0;margin:.8rem 0;font-size:.9rem}
th,td{border:0;border-bottom:1px solid var(--line);padding:.3rem .7rem .3rem 0;text-align:left;vertical-align:top;font-variant-numeric:tabular-nums}
thead th{font-weight:600;white-space:nowrap}
tbody th{font-weight:500;white-space:nowrap}
dt{font-weight:600;margin-top:.6rem}
dd{margin:0 0 0 1rem}
figure{margin:1.2rem 0}
figcaption{font-weight:600}
svg{display:block;max-width:100%;height:auto;margin:.8rem 0}
summary{cursor:pointer;padding:.3rem 0}
code{background:var(--soft);padding:.1em .3em;border-radius:3px}
.green{color:#2a8f63}
.red{color:#d6336c}
.partial{color:#a06f00}
@media(max-width:40rem){main{padding:1rem}section{overflow-x:auto}table{font-size:.8rem}thead th,tbody th{white-space:normal}}
@media print{main{max-width:none;padding:0}h2{break-after:avoid}tr,figure,dt{break-inside:avoid}dt{break-after:avoid}details::details-content{content-visibility:visible;display:block;height:auto}}
`;
