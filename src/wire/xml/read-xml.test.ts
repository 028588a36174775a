import assert from "node:assert/strict";
import { test } from "node:test";
import { ApiError } from "../../model/errors.ts";
import { cloudFrontOperations, xmlNamespace } from "../../schema/operation-table.ts";
import { readXml } from "./read-xml.ts";

const shape = cloudFrontOperations.get("CreateFunction")!.input!;
const ns = `xmlns="${xmlNamespace}"`;

function read(xml: string | Uint8Array): unknown {
  const bytes = typeof xml === "string" ? Buffer.from(xml) : xml;
  return readXml(bytes, shape, "CreateFunctionRequest");
}

function body(content: string): string {
  return `<CreateFunctionRequest ${ns}>${content}</CreateFunctionRequest>`;
}

const store = "arn:aws:cloudfront::000000000000:key-value-store/x";
const hello = {
  Name: "hello",
  FunctionConfig: {
    Comment: "",
    Runtime: "cloudfront-js-2.0",
    KeyValueStoreAssociations: { Quantity: 1, Items: [{ KeyValueStoreARN: store }] },
  },
  FunctionCode: new Uint8Array([0x78]),
};

test("readXml() reads the bodies of botocore, of the SDKs for JavaScript and Go, and of people", () => {
  const association = `<KeyValueStoreAssociation><KeyValueStoreARN>${store}</KeyValueStoreARN></KeyValueStoreAssociation>`;
  const stores = `<KeyValueStoreAssociations><Quantity>1</Quantity><Items>${association}</Items></KeyValueStoreAssociations>`;
  const config = `<Comment /><Runtime>cloudfront-js-2.0</Runtime>${stores}`;
  const botocore = body(
    `<Name>hello</Name><FunctionConfig>${config}</FunctionConfig><FunctionCode>eA==</FunctionCode>`,
  );
  const alphabetical = body(
    `<FunctionCode>eA==</FunctionCode><FunctionConfig><Comment></Comment>${stores}<Runtime>cloudfront-js-2.0</Runtime></FunctionConfig><Name>hello</Name>`,
  );
  const people = body(`
    <!-- made by hand -->
    <Name><![CDATA[hel]]>l&#111;</Name>
    <FunctionConfig>${config.replaceAll("><", ">\n<")}</FunctionConfig>
    <FunctionCode>
      eA
      ==
    </FunctionCode>\n`);
  const prefixed = botocore.replaceAll(/<(\/?)(\w)/g, "<$1cf:$2").replace("xmlns=", "xmlns:cf=");

  assert.deepEqual(read(botocore), hello);
  assert.deepEqual(read(`<?xml version="1.0" encoding="UTF-8"?>${botocore}`), hello);
  assert.deepEqual(read(`\u{FEFF}${botocore}`), hello);
  assert.deepEqual(read(botocore.replace(` ${ns}`, "")), hello);
  assert.deepEqual(read(alphabetical), hello);
  assert.deepEqual(read(people), hello);
  assert.deepEqual(read(prefixed), hello);
});

test("readXml() reads a list without entries as empty, however it is written", () => {
  for (const items of ["<Items></Items>", "<Items/>", "<Items>\n</Items>"]) {
    assert.deepEqual(read(body(`<Tags>${items}</Tags>`)), { Tags: { Items: [] } });
  }
  assert.deepEqual(read(body("<Tags/>")), { Tags: {} });
});

test("readXml() keeps text as it is, spaces and all", () => {
  const config = "<FunctionConfig><Comment> a &lt;&amp;&#x1F600; </Comment></FunctionConfig>";
  assert.deepEqual(read(body(config)), { FunctionConfig: { Comment: " a <&\u{1F600} " } });
});

const stores = (content: string): string =>
  body(
    `<FunctionConfig><KeyValueStoreAssociations>${content}</KeyValueStoreAssociations></FunctionConfig>`,
  );

const refused: Readonly<Record<string, readonly [xml: string | Uint8Array, message: RegExp]>> = {
  "truncated XML": [body("<Name>hello</Name>").slice(0, -9), /unclosed|unexpected end/],
  "text instead of XML": ["hello", /not accepted/],
  JSON: ['{"Name": "hello"}', /not accepted/],
  "two roots": [`${body("")}${body("")}`, /not accepted/],
  "crossed tags": [body("<Name><b></Name></b>"), /not accepted/],
  "a bare ampersand": [body("<Name>a & b</Name>"), /not accepted/],
  "an unknown entity": [body("<Name>&secret;</Name>"), /not accepted/],
  "an undeclared prefix": [body("<x:Name>a</x:Name>"), /not accepted/],
  "a forbidden character": [body("<Name>\u{0}</Name>"), /not accepted/],
  "a reference to a forbidden character": [body("<Name>&#0;</Name>"), /not accepted/],
  "an attribute twice": [`<CreateFunctionRequest a="1" a="2"/>`, /not accepted/],
  "a DOCTYPE": [`<!DOCTYPE CreateFunctionRequest>${body("")}`, /DOCTYPE is not allowed/],
  "an external entity": [
    `<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>${body("<Name>&x;</Name>")}`,
    /DOCTYPE is not allowed/,
  ],
  "a bomb of entities": [
    `<!DOCTYPE r [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>${body("<Name>&b;</Name>")}`,
    /DOCTYPE is not allowed/,
  ],
  "bytes that are not UTF-8": [Buffer.from(body("<Name>\u{FF}</Name>"), "latin1"), /not UTF-8/],
  "another encoding": [
    `<?xml version="1.0" encoding="ISO-8859-1"?>${body("")}`,
    /must be UTF-8.*ISO-8859-1/,
  ],
  "endless depth": ["<a>".repeat(100_000), /nest deeper than 50/],
  "another root": [
    `<UpdateFunctionRequest ${ns}/>`,
    /must be <CreateFunctionRequest>, got <UpdateFunctionRequest>/,
  ],
  "another namespace": [
    `<CreateFunctionRequest xmlns="http://example.com/"/>`,
    /namespace "http:\/\/example.com\/"/,
  ],
  "an unknown element": [
    body("<FunctionConfig><Coment>a</Coment></FunctionConfig>"),
    /<Coment> is not known in <FunctionConfig>, which takes <Comment>, <Runtime>/,
  ],
  "an element inside of text": [body("<Name><b/></Name>"), /<b> is not known in <Name>/],
  "a list entry of another name": [
    stores("<Items><member/></Items>"),
    /<KeyValueStoreAssociation>/,
  ],
  "an element twice": [body("<Name>a</Name><Name>b</Name>"), /<Name> comes more than once/],
  "text between elements": [body("hello"), /takes elements, got the text "hello"/],
  "an attribute": [body('<Name lang="en">a</Name>'), /takes no attribute "lang"/],
  "a word for an integer": [
    stores("<Quantity>one</Quantity>"),
    /<Quantity> must be a whole number/,
  ],
  "a fraction for an integer": [stores("<Quantity>1.0</Quantity>"), /got "1.0"/],
  "no integer": [stores("<Quantity/>"), /<Quantity> must be a whole number/],
  "too large an integer": [stores("<Quantity>2147483648</Quantity>"), /2147483647/],
  "another notation of an integer": [stores("<Quantity>0x1</Quantity>"), /<Quantity>/],
  "broken base64": [body("<FunctionCode>a*==</FunctionCode>"), /<FunctionCode> must be base64/],
  "base64 of a wrong length": [body("<FunctionCode>eA==x</FunctionCode>"), /must be base64/],
};

for (const [what, [xml, message]] of Object.entries(refused)) {
  test(`readXml() refuses ${what}`, () => {
    assert.throws(
      () => read(xml),
      (error) => {
        assert.ok(error instanceof ApiError, String(error));
        assert.equal(error.code, "MalformedXML");
        assert.match(error.message, message);
        assert.ok(error.message.length < 1500);
        return true;
      },
    );
  });
}
