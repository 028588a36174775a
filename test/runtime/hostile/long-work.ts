/**
 * Functions that look for work which nobody counts and nothing interrupts: each unit of work as often
 * as a source has room for it, in straight code, and in a loop without end.
 *
 * The longest text that a run can have makes a number in 3 ms, and a view of 1.5 million elements
 * has names for a second; what is uncounted shows as seconds.
 */
import type { RuntimeName } from "../../../src/runtime/runtime-name.ts";

export interface LongWork {
  readonly kind: string;
  readonly what: string;
  readonly source: string;
  readonly runtime: RuntimeName;
}

const found: LongWork[] = [];
let kind = "";
let runtime: RuntimeName = "cloudfront-js-2.0";

const handler = (declarations: string, body: string): string =>
  `function handler(event) { var r = 0; ${declarations}; ${body}; return { statusCode: 200, body: String(r).slice(0, 50) } }`;
const once = (what: string, source: string): void => {
  found.push({ kind, what, source, runtime });
};
const often = (declarations: string, units: readonly string[], what = ""): void => {
  for (const unit of units) {
    const room = 9500 - declarations.length;
    const straight = `${unit};`.repeat(Math.floor(room / (unit.length + 1)));
    once(`${what}${unit}, in straight code`, handler(declarations, straight));
    once(`${what}${unit}, in a loop`, handler(declarations, `for (;;) { ${unit} }`));
  }
};
const tried = (expressions: readonly string[]): string[] =>
  expressions.map((expression) => `try{r=${expression}}catch(e){}`);
const words = (text: string): string[] => text.split(" ");

const text = "var s='0'.repeat(1400000)";
const texts = "var s='9'.repeat(900000),t='9'.repeat(899999)+'9',o={},x";
const places = `${text},x,o={},a=[],u=new Uint8Array(1),k=0,l='length'`;
const bound = `${text},x,u=new Uint8Array(1),o={};o.valueOf=String.prototype.toString.bind(s)`;
const mine = `${text},x,a=[],u=new Uint8Array(1),o={valueOf:function(){return s}}`;
const inherited =
  "var s='0'.repeat(700000),p=[];for(var i=0;i<900;i++)p[i]=s;var a=new Array(900);Object.setPrototypeOf(a,p)";

kind = "operators that make a number of a text";
often(
  text,
  words("-s +s ~s s*1 s-0 s/1 s%2 s**1 s&1 s|0 s^0 s<<0 s>>0 s>>>0 s<1 s>=1 s==1 1-s 1<s"),
);
often(places, [
  "x=s;x++",
  "x=s;--x",
  "x=s;r=x--",
  "x=s;x-=0",
  "x=s;x|=0",
  "o.p=s;o.p++",
  "o.p=s;--o['p']",
  "o.p=s;o[(1,'p')]*=1",
]);
often(places, ["a.length=s", "a['length']=s", "a[l]=s", "u[0]=s", "u[k]=s", "u['0']=s"]);
often(
  mine,
  ["-o", "o<1", "o==1", "o-o", "x=o;x++", "u[0]=o", "a.length=o", "Math.abs(o)"],
  "a valueOf: ",
);
often(bound, ["-o", "o<1", "u[0]=o", "Math.abs(o)", "new Date(o)"], "a built-in as valueOf: ");
often(
  `${text},o={};Object.defineProperty(o,'x',{get:''.toString.bind(s),set:function(){}})`,
  ["-o.x", "o.x++", "o.x-=1"],
  "a built-in as getter: ",
);
once(
  "a global that hides behind a number's name",
  `Object.defineProperty(globalThis,'q',{get:''.toString.bind('0'.repeat(1400000))});function f(){var q=1;return q}${handler("", "-q;".repeat(3000))}`,
);
once(
  "a changed Object.prototype",
  `var s='0'.repeat(1400000);Object.prototype.valueOf=function(){return s};${handler("var o={}", "-o;".repeat(3000))}`,
);

kind = "texts that are compared, grown or become names";
often(texts, [
  "s===t",
  "s==t",
  "s!==t",
  "s<t",
  "s>=t",
  "o[s]",
  "s in o",
  "o[s+'a']",
  "(s+'a')in o",
  "(s+1).charCodeAt(0)",
  "`${s}a`.charCodeAt(0)",
  "x=s;x+=1;x.charCodeAt(0)",
  "Object.is(s,t)",
]);
often("var s='9'.repeat(500000),t='9'.repeat(499999)+'9',u='9'.repeat(499998)+'99'", [
  "switch(s){case t:case u:}",
]);
often(
  "var s='0'.repeat(900000),y=Symbol(s),o={[Symbol.toStringTag]:s},e={name:s,message:'x'},f=function(){};Object.defineProperty(f,'name',{value:s})",
  [
    "Object.prototype.toString.call(o).charCodeAt(0)",
    "Error.prototype.toString.call(e).charCodeAt(0)",
    "f.bind().name.charCodeAt(0)",
    "y.toString().charCodeAt(0)",
    "String(y).charCodeAt(0)",
  ],
);

kind = "built-ins that make a number of a text";
often(
  text,
  tried(
    words(
      "Math.abs(s) Math.max(s,s,s) Math.pow(s,s) Math.imul(s,s) isNaN(s) isFinite(s) parseInt(s,s) parseFloat(s) Number(s) Number.parseInt(s) Number.parseFloat(s) Date.UTC(s,s) String.fromCharCode(s,s) Uint8Array.of(s,s) Uint8Array.from([s]) Array.of(s)",
    ),
  ),
);
often(
  text,
  tried([
    "new Date(s,s)",
    "new Number(s)",
    "new DataView(new ArrayBuffer(8),s)",
    "new DataView(new ArrayBuffer(8)).setInt8(0,s)",
    "new Date(0).setHours(s)",
    "new Date(0).setUTCHours(s,s)",
    "new Uint8Array(9).fill(s)",
    "new Uint8Array(9).set([s,s])",
    "new Uint8Array(9).subarray(s)",
    "(1).toFixed(s)",
    "'x'.charAt(s)",
    "'x'.slice(s,s)",
    "'x'.padEnd(s)",
    "[1].slice(s,s)",
    "[1].fill(0,s)",
    "[1].indexOf(0,s)",
    "Object.defineProperty([],'length',{value:s})",
    "Object.defineProperties([],{length:{value:s}})",
    "Object.assign([],{length:s})",
    "Object.assign(new Uint8Array(9),[s,s,s])",
    "Array.prototype.push.call(new Uint8Array(2),s,s)",
    "Array.prototype.fill.call(new Uint8Array(999),s)",
    "Array.prototype.indexOf.call({length:s},1)",
  ]),
);
for (const name of words(
  "charAt concat endsWith indexOf match padEnd repeat replace search slice split substring toUpperCase trim toString",
)) {
  often(`${text},o={toString:function(){return s}}`, tried([`String.prototype.${name}.call(o,o)`]));
}

kind = "lists whose elements are inherited, or a getter's";
often(
  inherited,
  tried([
    "Math.max.apply(null,a)",
    "new Uint8Array(a)",
    "new Uint8Array(900).set(a)",
    "Uint8Array.from(a)",
    "Uint8Array.of.apply(Uint8Array,a)",
    "Buffer.from(a)",
    "Math.hypot.apply(null,a)",
    "String.fromCharCode.apply(null,a)",
    "Date.UTC.apply(null,a)",
    "a.sort()",
    "p.indexOf('0'.repeat(699999)+'0')",
    "p.map(Number)",
    "a.map(isNaN)",
  ]),
);
often(
  "var s='0'.repeat(700000),a=[];for(var i=0;i<900;i++)Object.defineProperty(a,i,{get:''.toString.bind(s)})",
  tried([
    "Math.max.apply(null,a)",
    "new Uint8Array(900).set(a)",
    "new Uint8Array(a)",
    "a.map(Math.abs)",
  ]),
);
once(
  "elements of Array.prototype",
  `var s='0'.repeat(700000);for(var i=0;i<900;i++)Array.prototype[i]=s;${handler("var a=new Array(900)", "for(;;){ r=new Uint8Array(a) }")}`,
);

kind = "names that are made when they are listed";
for (const [what, made] of [
  ["a typed array", "new Uint8Array(1500000)"],
  ["a text", "new String('x'.repeat(1400000))"],
  ["an array", "new Array(100000)"],
  ["a sparse array", "(function(){var a=[];a.length=4294967295;a[5]=1;return a})()"],
  ["an heir", "Object.create(new Uint8Array(1500000))"],
] as const) {
  const listed = words(
    "JSON.stringify(o) JSON.stringify({a:o}) require('querystring').stringify(o) require('cloudfront').updateRequestOrigin(o) Object.keys(o) Object.entries(o) Object.getOwnPropertyNames(o) Object.assign({},o) Object.isFrozen(o) Object.create({},o) JSON.parse('[1,2]',function(k,v){if(k==='0')this[1]=o;return v}) require('cloudfront').cwt.generateToken({payload:o},{coseTag:'MAC0',key:'k'}) require('cloudfront').cwt.generateToken({protected:o,payload:{}},{coseTag:'MAC0',key:'k'})",
  );
  often(`var o=${made}`, [...tried(listed), "for(var k in o)break"], `${what}: `);
  for (const answer of [
    "return {statusCode:200,headers:o}",
    "return {statusCode:200,cookies:o}",
    "event.request.headers=o;return event.request",
    "event.request.querystring=o;return event.request",
    "return {statusCode:200,headers:{a:{value:'x',multiValue:o}}}",
    "throw o",
  ]) {
    once(`${what}: ${answer}`, handler(`var o=${made}`, answer));
  }
}

kind = "patterns that take long to compile";
for (const part of [
  "x*",
  "(",
  "a?",
  "(a*)*",
  "\\\\b|",
  "\\\\w{1,9}",
  "(|a)+",
  "$|",
  "[\\\\W\\\\S]",
  "[a-\\\\uffff]",
  "(?=a)",
  "(?:(?:a|b)*c?)+",
  ".",
]) {
  for (const flags of ["", "i"]) {
    for (const count of [1000, 5000, 43_000]) {
      once(
        `${part} ${count} times ${flags}`,
        handler("", `r=new RegExp('${part}'.repeat(${count}),'${flags}').test('zzz')`),
      );
    }
    const plain = part.replaceAll("\\\\", "\\");
    const literal = plain.repeat(Math.floor(9300 / plain.length));
    if (part !== "(")
      once(`${part} as a literal ${flags}`, handler("", `r=/${literal}/${flags}.test('zzz')`));
  }
}
for (const forged of [
  "RegExp.prototype[Symbol.split].call({source:'a|'.repeat(500000),flags:''},'x')",
  "(function(){var q=/a/;Object.defineProperty(q,'source',{value:'a|'.repeat(500000)});return 'x'.split(q)})()",
  "(function(){var q=/a/;Object.defineProperty(q,'flags',{value:'g'.repeat(500000)});return 'x'.split(q)})()",
  "new RegExp({[Symbol.match]:true,source:'a|'.repeat(500000),flags:''})",
  "new RegExp(Object.setPrototypeOf({source:'x*'.repeat(50000)},RegExp.prototype)).test('a')",
  "'x'.match('x*'.repeat(9000))",
  "'x'.search({toString:function(){return 'x*'.repeat(9000)}})",
  "RegExp.prototype[Symbol.replace].call({exec:Object,global:true},'x','y')",
  "RegExp.prototype.toString.call({source:'x'.repeat(1000000),flags:'y'})",
]) {
  once(forged, handler("", `try { r=${forged} } catch (e) {}`));
}

kind = "V8's own loops";
const natives =
  "var i={};i[Symbol.iterator]=function(){return{next:Object.prototype.valueOf.bind({value:{then:Object},done:false})}};var C=function(e){e(Object,Object)};C.resolve=Object";
often(
  natives,
  tried([
    "Promise.all.call(C,i)",
    "Promise.race.call(C,i)",
    "Promise.any(i)",
    "new AggregateError(i)",
    "new Uint8Array(i)",
  ]),
);
often(
  "var a=[1,2,3,4,5,6,7,8];for(var i=0;i<12;i++)a=a.concat(a);Object.defineProperty(a,'0',{get:function(){}});var n=32000,l='length'",
  ["a.length-=1", "a.length--", "a.length=n--", "a[l]=n--", "a.pop()", "for(var k in a)break"],
  "a sparse array: ",
);
const padding = "r=event+1;".repeat(880);
once(
  "errors whose words are looked for in a long source",
  handler("var u={}", `for (;;) { try { u.f() } catch (e) {} } ${padding}`),
);
once(
  "rejections whose words are looked for in a long source",
  handler(
    "",
    `var u={};function g(){return new Promise(function(){u.f()}).then(0,g)} g(); ${padding}`,
  ),
);

runtime = "cloudfront-js-1.0";
kind = "runtime 1.0";
often(
  `${text},a=[],u=new Uint8Array(1)`,
  tried(
    words(
      "-s s<1 u[0]=s a.length=s Math.abs(s) new\tUint8Array(s) String.bytesFrom([s]) s.toUTF8() s.fromBytes() s.toString('hex') s.toString() s.match('x*'.repeat(9000))",
    ).map((unit) => unit.replace("\t", " ")),
  ),
);

export const longWork: readonly LongWork[] = found;
