/** How a rehearsal's page looks: light and dark as its reader has it, and on paper. */
export const style = `
:root{color-scheme:light dark;--ground:light-dark(#f6f7f9,#111418);--card:light-dark(#fff,#1a1f25);--line:light-dark(#dfe3e8,#2c343d);--ink:light-dark(#16202b,#e6ebf0);--soft:light-dark(#5d6b7a,#93a1b0);--good:light-dark(#127a4b,#4cc38a);--bad:light-dark(#b42318,#ff8a7a);--live:light-dark(#7b8794,#7b8794);--new:light-dark(#2563c9,#7fb0ff);--before:light-dark(#fdecea,#3a1f1d);--after:light-dark(#e6f4ec,#17301f);font:15px/1.5 system-ui,-apple-system,"Segoe UI",sans-serif}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--ink)}
header,main{max-width:76rem;margin:0 auto;padding:0 1.5rem}
header{display:flex;flex-wrap:wrap;align-items:end;justify-content:space-between;gap:1rem;padding-top:2rem;padding-bottom:1.25rem}
h1{margin:.1rem 0;font-size:1.9rem;line-height:1.2;overflow-wrap:anywhere}
h2{margin:1.75rem 0 .6rem;font-size:1.05rem}
.over{margin:0;color:var(--soft);font-size:.8rem;letter-spacing:.06em;text-transform:uppercase}
.what,.muted{margin:0;color:var(--soft);font-weight:400}
.verdict{margin:0;padding:.5rem .9rem;border-radius:.5rem;border:1px solid;font-weight:600}
.verdict.good{color:var(--good)}.verdict.bad{color:var(--bad)}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(11rem,1fr));gap:.75rem}
.tile,.panel,.remarks,main>section>details{background:var(--card);border:1px solid var(--line);border-radius:.6rem}
.tile{display:flex;flex-direction:column;padding:.85rem 1rem}
.tile b{font-size:1.6rem;line-height:1.2;font-variant-numeric:tabular-nums}
.tile small{color:var(--soft);overflow-wrap:anywhere}
.panels{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,24rem),1fr));gap:.75rem;margin-top:.75rem}
.panel,.remarks{padding:.85rem 1rem}
.panel h2,.remarks h2{margin-top:0}
.remarks{margin-top:.75rem;border-left:.3rem solid var(--soft)}
.remarks ul{margin:0;padding-left:1.2rem}
table{width:100%;border-collapse:collapse;font-variant-numeric:tabular-nums}
th,td{padding:.3rem .5rem .3rem 0;text-align:left;font-weight:400;vertical-align:top}
thead th{color:var(--soft);font-size:.82rem}
.panel table{table-layout:fixed}
.panel td{overflow-wrap:anywhere}
.panel .usage th:first-child{width:3.5rem}
.bar{display:inline-block;width:min(10rem,55%);height:.5rem;margin-right:.6rem;border-radius:1rem;background:var(--line);overflow:hidden}
.bar i,.share i{display:block;height:100%;background:var(--live)}
.bar.development i{background:var(--new)}.bar.dearer i{background:var(--bad)}
.worse{color:var(--bad)}
main>section>details{margin:.5rem 0;border-left:.3rem solid var(--good);overflow:hidden}
main>section>details.unexpected{border-left-color:var(--bad)}
summary{cursor:pointer}
main>section>details>summary{display:grid;grid-template-columns:4.6rem 1fr 7rem 9rem 5.5rem;gap:.9rem;align-items:center;padding:.6rem 1rem;list-style:none}
main>section>details>summary::-webkit-details-marker{display:none}
main>section>details>summary:hover{background:light-dark(#f1f4f7,#212830)}
.kind{padding:.05rem .5rem;border-radius:1rem;background:var(--line);font-size:.78rem;text-align:center}
summary>code{overflow-wrap:anywhere;font-weight:600}
.share{height:.4rem;border-radius:1rem;background:var(--line);overflow:hidden}
.unexpected .share i{background:var(--bad)}
.count{text-align:right;font-variant-numeric:tabular-nums}
.count small,.id{color:var(--soft)}
.id{font-family:ui-monospace,monospace}
.sample{padding:.25rem 1rem 1rem;border-top:1px solid var(--line)}
.sample p{margin:.6rem 0}
code,pre{font:.87em/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
td code{white-space:pre-wrap;overflow-wrap:anywhere}
.sides{table-layout:fixed}
.sides th:first-child{width:11rem;color:var(--soft);overflow-wrap:anywhere}
.sides td{padding:.3rem .6rem;border-top:1px solid var(--line)}
.sides th{border-top:1px solid var(--line);padding-left:.2rem}
.sides thead th{border:0;padding-left:.6rem}
.sides .same td{color:var(--soft)}
.sides .changed th{color:var(--ink);font-weight:600}
.before{background:var(--before)}.after{background:var(--after)}
.event summary{color:var(--soft);font-size:.9rem}
pre{overflow:auto;max-height:26rem;margin:.5rem 0 0;padding:.75rem;border-radius:.4rem;background:var(--ground)}
.none{padding:2.5rem;text-align:center;color:var(--soft)}
main{padding-bottom:3rem}
@media(max-width:44rem){main>section>details>summary{grid-template-columns:auto 1fr}.share,.id{display:none}.sides th:first-child{width:6rem}}
@media print{body{background:none}main>section>details{break-inside:avoid}}
`;
