import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import * as SecretNames from "../../src/domain/SecretNames.ts"
import * as Secrets from "../../src/domain/Secrets.ts"

const long = "sk-proj-0123456789abcdefghijklmn"
const decode = (text: string) => text.replaceAll(/[\r\n ]/g, "")

const secret = "sk-canary/8f3+Q==é\"x"

describe("Secrets", () => {
  it("redacts the credential header of every provider, in any case, and no other", () => {
    assert.deepStrictEqual(
      Secrets.redactHeaders({
        Authorization: "Bearer abc",
        "x-api-key": "abc",
        "API-Key": "abc",
        "x-goog-api-key": "abc",
        "X-Amz-Security-Token": "abc",
        "OpenAI-Organization": "abc",
        "set-cookie": "abc",
        "anthropic-version": "2023-06-01",
        "x-ratelimit-remaining-tokens": "12",
        "x-request-id": "req_1"
      }),
      {
        Authorization: "REDACTED",
        "x-api-key": "REDACTED",
        "API-Key": "REDACTED",
        "x-goog-api-key": "REDACTED",
        "X-Amz-Security-Token": "REDACTED",
        "OpenAI-Organization": "REDACTED",
        "set-cookie": "REDACTED",
        "anthropic-version": "2023-06-01",
        "x-ratelimit-remaining-tokens": "12",
        "x-request-id": "req_1"
      }
    )
  })

  it.each([
    ["https://h.test/v1?key=abc&alt=sse", "https://h.test/v1?key=REDACTED&alt=sse"],
    ["https://h.test/v1?Api%5FKey=abc", "https://h.test/v1?Api%5FKey=REDACTED"],
    [
      "https://h.test/?X-Amz-Signature=a&x-amz-credential=b",
      "https://h.test/?X-Amz-Signature=REDACTED&x-amz-credential=REDACTED"
    ],
    ["https://user:pass@h.test/v1", "https://REDACTED:REDACTED@h.test/v1"],
    ["https://h.test/#access_token=abc&state=1", "https://h.test/#access_token=REDACTED&state=1"],
    ["/v1/models?monkey=1", "/v1/models?monkey=1"],
    ["not a url", "not a url"]
  ])("redacts %s", (url, expected) => {
    assert.strictEqual(Secrets.redactUrl(url), expected)
  })

  it("redacts credential fields in JSON, in JSON inside JSON, in forms, and in what is cut off", () => {
    assert.strictEqual(
      Secrets.redactText(`{"access_token": "a\\"b", "token":"text","n":1}`),
      `{"access_token": "REDACTED", "token":"text","n":1}`
    )
    assert.strictEqual(
      Secrets.redactText(`{"arguments":"{\\"password\\":\\"abc\\",\\"x\\":1}"}`),
      `{"arguments":"{\\"password\\":\\"REDACTED\\",\\"x\\":1}"}`
    )
    assert.strictEqual(
      Secrets.redactText("grant_type=refresh_token&refresh_token=abc&client_secret=def"),
      "grant_type=refresh_token&refresh_token=REDACTED&client_secret=REDACTED"
    )
    assert.strictEqual(Secrets.redactText(`data: {"id_token":"abc`), `data: {"id_token":"REDACTED`)
    assert.strictEqual(
      Secrets.redactText(`{"properties":{"api_key":{"type":"string"}}}`),
      `{"properties":{"api_key":{"type":"string"}}}`
    )
  })

  it("redacts credentials in the URLs of a text, and nothing that only looks like a query", () => {
    assert.strictEqual(
      Secrets.redactText(`{"url":"https://h.test/a?alt=sse&sig=abc\\u0026key=def","u":"https://me:pass@h.test/"}`),
      `{"url":"https://h.test/a?alt=sse&sig=REDACTED\\u0026key=REDACTED","u":"https://REDACTED@h.test/"}`
    )
    const code = `if (a?key=1:2) { x["token"] = "key" } // see ?token=abc, mail me@h.test`
    assert.strictEqual(Secrets.redactText(code), code)
  })

  it("knows a header by how its name ends", () => {
    assert.isTrue(
      ["x-acme-api-key", "Acme-Token", "x-acme-secret", "gateway-authorization"].every(SecretNames.isHeader)
    )
    assert.isFalse(
      ["x-amzn-bedrock-input-token-count", "x-ratelimit-limit-tokens", "idempotency-key"].some(SecretNames.isHeader)
    )
  })

  it("finds the values that a request carries", () => {
    assert.deepStrictEqual(
      Secrets.fromHeaders({
        authorization: "Bearer canary-bearer",
        "proxy-authorization": `Basic ${btoa("someuser:canary-password")}`,
        cookie: "session=canary-cookie; theme=dark",
        accept: "text/event-stream"
      }),
      [
        "canary-bearer",
        btoa("someuser:canary-password"),
        "someuser:canary-password",
        "someuser",
        "canary-password",
        "canary-cookie"
      ]
    )
    assert.deepStrictEqual(
      Secrets.fromHeaders({
        authorization:
          "AWS4-HMAC-SHA256 Credential=AKIACANARY00/20260101/eu-west-1/bedrock/aws4_request, SignedHeaders=host;x-amz-date, Signature=0123456789abcdef"
      }),
      ["AKIACANARY00/20260101/eu-west-1/bedrock/aws4_request", "AKIACANARY00", "0123456789abcdef"]
    )
    assert.deepStrictEqual(Secrets.fromUrl("https://u:canary-user@h.test/?key=canary%2Fquery&alt=sse"), [
      "canary%2Fquery",
      "canary/query",
      "canary-user"
    ])
    assert.deepStrictEqual(Secrets.fromBody(`{"authorization_token":"canary-body"}`), ["canary-body"])
  })

  it.each([
    ["a token without parameters", `Bearer ${"a".repeat(120_000)}`, ["a".repeat(120_000)]],
    ["many words", `Bearer ${"a ".repeat(60_000)}a`, [`${"a ".repeat(60_000)}a`]],
    ["quoted parameters", `Digest username="someuser", signature="canary-signed"; token=canary-token`, [
      `username="someuser", signature="canary-signed"; token=canary-token`,
      "canary-signed",
      "canary-token"
    ]],
    ["a credential without a scope", "AWS4-HMAC-SHA256 Credential=AKIACANARY00", ["AKIACANARY00"]]
  ])("finds what an authorization carries: %s", { timeout: 5000 }, (_, authorization, expected) => {
    assert.deepStrictEqual(Secrets.fromHeaders({ authorization }), expected)
  })

  it("leaves words alone that local servers ask for as a key", () => {
    assert.deepStrictEqual(Secrets.fromHeaders({ authorization: "Bearer EMPTY" }), [])
  })

  it.each([
    ["as it is", secret],
    ["in a URL", encodeURIComponent(secret)],
    ["in a form", new URLSearchParams({ a: secret }).toString()],
    ["in JSON", JSON.stringify({ a: secret })],
    ["in JSON inside JSON", JSON.stringify({ a: JSON.stringify({ a: secret }) })],
    ["with escaped slashes", JSON.stringify(secret).replaceAll("/", "\\/")],
    ["with every byte percent-encoded", Buffer.from(secret).toString("hex").replaceAll(/../g, "%$&")],
    [
      "with every byte percent-encoded in capitals",
      Buffer.from(secret).toString("hex").replaceAll(/../g, "%$&").toUpperCase()
    ],
    ["in hexadecimal digits", Buffer.from(secret).toString("hex")],
    ["in hexadecimal capitals", Buffer.from(secret).toString("hex").toUpperCase()],
    ["in HTML", secret.replaceAll("\"", "&quot;")],
    ["in HTML inside JSON", JSON.stringify(secret.replaceAll("\"", "&quot;"))],
    ["in decimal entities", Array.from(secret, (character) => `&#${character.codePointAt(0)};`).join("")],
    [
      "in hexadecimal entities",
      Array.from(secret, (character) => `&#x${character.codePointAt(0)?.toString(16)};`).join("")
    ],
    ["over two lines", `${secret.slice(0, 5)}\n${secret.slice(5)}`],
    ["over many lines", Array.from(secret).join("\r\n  ")],
    ["over two lines in JSON", JSON.stringify(`${secret.slice(0, 9)}\r\n${secret.slice(9)}`)],
    ["over two lines in base64", Buffer.from(secret).toString("base64").replace(/^.{12}/, "$&\n")],
    ["as far as its twelfth character", secret.slice(0, 12)]
  ])("scrubs a secret %s", (_, text) => {
    const clean = Secrets.scrub(`before ${text} after`, [secret])
    assert.include(clean, Secrets.mask)
    assert.notInclude(clean, "canary")
    assert.isTrue(clean.startsWith("before ") && clean.endsWith(" after"))
    for (const part of [secret.slice(3, 9), secret.slice(12)]) assert.notInclude(decode(clean), part)
  })

  it.each([
    ["a beginning of half of it", `you sent ${long.slice(0, 16)}, which`, "you sent REDACTED, which"],
    ["a longer beginning", `you sent ${long.slice(0, 31)}. Go`, "you sent REDACTED. Go"],
    ["the first eight characters at the end", `you sent ${long.slice(0, 8)}`, "you sent REDACTED"],
    ["no short beginning", `keys begin with ${long.slice(0, 11)}.`, `keys begin with ${long.slice(0, 11)}.`],
    ["one inside another one", `${long}${long.slice(0, 20)}${long}!`, "REDACTEDREDACTEDREDACTED!"],
    ["a beginning that begins again", `${long.slice(0, 16)}${long}!`, "REDACTEDREDACTED!"]
  ])("scrubs %s", (_, text, expected) => {
    assert.strictEqual(Secrets.scrub(text, [long]), expected)
  })

  it("scrubs secrets that overlap, each whole", () => {
    assert.strictEqual(Secrets.scrub("-abcdefghijklmnop-", ["abcdefghijkl", "ghijklmnop"]), "-REDACTED-")
  })

  it.each([32_768, 200_000])(
    "scrubs a secret of %i characters, and shows none of it",
    { timeout: 60_000 },
    (length) => {
      const secret = Buffer.from(Array.from({ length: length / 4 * 3 }, (_, at) => (at * 7919) >> 3 & 255)).toString(
        "base64"
      )
      for (const text of [secret, encodeURIComponent(secret), Buffer.from(secret).toString("base64")]) {
        assert.match(Secrets.scrub(`<${text}>`, [secret]), /^<REDACTED.{0,4}>$/)
      }
    }
  )

  it.each(["", "a", "ab", "abc", "abcd"])("scrubs a secret in base64 after %j", (prefix) => {
    const text = Buffer.from(`${prefix}${secret}suffix`).toString("base64")
    const clean = Secrets.scrub(text, [secret])
    assert.include(clean, Secrets.mask)
    // What is left says nothing of the secret but the bits it shares with its neighbours.
    assert.isBelow(clean.replace(Secrets.mask, "").length, 4 + Math.ceil((prefix.length + 6) / 3) * 4 + 4)
  })

  it.prop("never throws, and removes any secret of eight characters or more from any text", [
    Schema.String,
    Schema.String.check(Schema.isMinLength(8)),
    Schema.String
  ], ([before, value, after]) => {
    const clean = Secrets.scrub(`${before}${value}${after}`, [value])
    return value === Secrets.mask || !clean.includes(value) || Secrets.mask.includes(value)
  })
})
