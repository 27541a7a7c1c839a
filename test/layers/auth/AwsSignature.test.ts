/**
 * Signatures, against the vectors of AWS's own test suite for Signature Version 4 and against what Bedrock's paths
 * need.
 *
 * Each vector is a request and the signature that it must have: key AKIDEXAMPLE, 2015-08-30T12:36:00Z, us-east-1,
 * `service`.
 */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { createHash, createHmac } from "node:crypto"
import * as AwsSignature from "../../../src/layers/auth/AwsSignature.ts"

const credentials = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY" }

const sessionToken =
  "AQoDYXdzEPT//////////wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQWLWsKWHGBuFqwAeMicRXmxfpSPfIeoIYRqTflfK"
  + "D8YUuwthAx7mSEI/qkPpKPi/kMcGdQrmGdeehM4IC1NtBmUpp2wUE8phUZampKsburEDy0KPkyQDYwT7WZ0wq5VSXDvp75YU9HFvlRd8Tx6q6fE8YQcHN"
  + "VXAkiY9q6d+xo0rKwT38xVqr7ZD0u0iPPkUL64lIZbqBAz+scqKmlzm8FDrypNC9Yjc8fPOLn9FX9KSYvKTr4rvx3iSIlTJabIQwj2ICCR/oLxBA=="

const options: AwsSignature.Options = {
  credentials,
  region: "us-east-1",
  service: "service",
  at: Date.UTC(2015, 7, 30, 12, 36, 0),
  checksum: false
}

const unreserved = "-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

interface Vector {
  readonly name: string
  readonly signature: string
  readonly method?: string
  readonly path?: string
  readonly query?: Readonly<Record<string, ReadonlyArray<string>>>
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  readonly token?: string
}

const post = { method: "POST" }
const vanilla = "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"
const postVanilla = "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"

const vectors: ReadonlyArray<Vector> = [
  { name: "get-vanilla", signature: vanilla },
  {
    name: "get-header-key-duplicate",
    headers: { "my-header1": "value2,value2,value1" },
    signature: "c9d5ea9f3f72853aea855b47ea873832890dbdd183b4468f858259531a5138ea"
  },
  {
    name: "get-header-value-multiline",
    headers: { "my-header1": "value1,value2,value3" },
    signature: "ba17b383a53190154eb5fa66a1b836cc297cc0a3d70a5d00705980573d8ff790"
  },
  {
    name: "get-header-value-order",
    headers: { "my-header1": "value4,value1,value3,value2" },
    signature: "08c7e5a9acfcfeb3ab6b2185e75ce8b1deb5e634ec47601a50643f830c755c01"
  },
  {
    name: "get-header-value-trim",
    headers: { "my-header1": " value1", "my-header2": " \"a   b   c\"" },
    signature: "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736"
  },
  {
    name: "get-unreserved",
    path: `/${unreserved}`,
    signature: "07ef7494c76fa4850883e2b006601f940f8a34d404d0cfa977f52a65bbf5f24f"
  },
  {
    name: "get-utf8",
    path: "/ሴ",
    signature: "8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85"
  },
  {
    name: "get-space",
    path: "/example space/",
    signature: "652487583200325589f1fba4c7e578f72c47cb61beeca81406b39ddec1366741"
  },
  {
    name: "get-vanilla-empty-query-key",
    query: { Param1: ["value1"] },
    signature: "a67d582fa61cc504c4bae71f336f98b97f1ea3c7a6bfe1b6e45aec72011b9aeb"
  },
  {
    name: "get-vanilla-query-order-key",
    query: { Param1: ["value2", "Value1"] },
    signature: "eedbc4e291e521cf13422ffca22be7d2eb8146eecf653089df300a15b2382bd1"
  },
  {
    name: "get-vanilla-query-order-key-case",
    query: { Param2: ["value2"], Param1: ["value1"] },
    signature: "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"
  },
  {
    name: "get-vanilla-query-order-value",
    query: { Param1: ["value2", "value1"] },
    signature: "5772eed61e12b33fae39ee5e7012498b51d56abc0abb7c60486157bd471c4694"
  },
  {
    name: "get-vanilla-query-unreserved",
    query: { [unreserved]: [unreserved] },
    signature: "9c3e54bfcdf0b19771a7f523ee5669cdf59bc7cc0884027167c21bb143a40197"
  },
  {
    name: "get-vanilla-utf8-query",
    query: { ሴ: ["bar"] },
    signature: "2cdec8eed098649ff3a119c94853b13c643bcf08f8b0a1d91e12c9027818dd04"
  },
  { name: "get-relative", path: "/example/..", signature: vanilla },
  { name: "get-relative-relative", path: "/example1/example2/../..", signature: vanilla },
  { name: "get-slash", path: "//", signature: vanilla },
  { name: "get-slash-dot-slash", path: "/./", signature: vanilla },
  {
    name: "get-slash-pointless-dot",
    path: "/./example",
    signature: "ef75d96142cf21edca26f06005da7988e4f8dc83a165a80865db7089db637ec5"
  },
  {
    name: "get-slashes",
    path: "//example//",
    signature: "9a624bd73a37c9a373b5312afbebe7a714a789de108f0bdfe846570885f57e84"
  },
  { name: "post-vanilla", ...post, signature: postVanilla },
  {
    name: "post-header-key-sort",
    ...post,
    headers: { "my-header1": "value1" },
    signature: "c5410059b04c1ee005303aed430f6e6645f61f4dc9e1461ec8f8916fdf18852c"
  },
  {
    name: "post-header-value-case",
    ...post,
    headers: { "my-header1": "VALUE1" },
    signature: "cdbc9802e29d2942e5e10b5bccfdd67c5f22c7c4e8ae67b53629efa58b974b7d"
  },
  {
    name: "post-vanilla-query",
    ...post,
    query: { Param1: ["value1"] },
    signature: "28038455d6de14eafc1f9222cf5aa6f1a96197d7deb8263271d420d138af7f11"
  },
  {
    name: "post-x-www-form-urlencoded",
    ...post,
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: "Param1=value1",
    signature: "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a"
  },
  {
    name: "post-sts-header-before",
    ...post,
    token: sessionToken,
    signature: "85d96828115b5dc0cfc3bd16ad9e210dd772bbebba041836c64533a82be05ead"
  }
]

const encoder = new TextEncoder()

const authorizationOf = (headers: Readonly<Record<string, string>>) => {
  const [, key, scope, signed, signature] =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/([^,]+), SignedHeaders=([^,]+), Signature=(\w{64})$/
      .exec(headers["authorization"] ?? "") ?? []
  return { key, scope, signed, signature }
}

describe("a signature", () => {
  it.effect.each(vectors)("is that of AWS's vector $name", (vector) =>
    Effect.gen(function*() {
      const headers = yield* AwsSignature.sign(
        {
          method: vector.method ?? "GET",
          host: "example.amazonaws.com",
          path: vector.path ?? "/",
          query: vector.query ?? {},
          headers: vector.headers ?? {},
          body: encoder.encode(vector.body)
        },
        vector.token === undefined
          ? options
          : { ...options, credentials: { ...credentials, sessionToken: vector.token } }
      )
      assert.strictEqual(headers["x-amz-date"], "20150830T123600Z")
      assert.strictEqual(headers["x-amz-security-token"], vector.token)
      assert.deepStrictEqual(authorizationOf(headers), {
        key: "AKIDEXAMPLE",
        scope: "20150830/us-east-1/service/aws4_request",
        signed: [
          "host",
          "x-amz-date",
          ...Object.keys(vector.headers ?? {}),
          ...(vector.token === undefined ? [] : ["x-amz-security-token"])
        ].toSorted().join(";"),
        signature: vector.signature
      })
    }))
})

const hash = (text: string | Uint8Array) => createHash("sha256").update(text).digest("hex")
const keyed = (key: string | Uint8Array, text: string) => createHmac("sha256", key).update(text).digest()

describe("a request to Bedrock", () => {
  const url = "https://bedrock-runtime.eu-west-1.amazonaws.com/model/"
    + "arn%3Aaws%3Abedrock%3Aeu-west-1%3A1%3Ainference-profile%2Feu.anthropic.claude-sonnet-4%3A0/converse-stream"
  const body = encoder.encode("{\"messages\":[]}")
  const sign = (headers: Readonly<Record<string, string>>, to = url) =>
    AwsSignature.sign(AwsSignature.fromRequest({ method: "POST", url: to, headers, body }), {
      credentials: { ...credentials, sessionToken: "the-session" },
      region: "eu-west-1",
      service: "bedrock",
      at: Date.UTC(2026, 0, 2, 3, 4, 5)
    })

  it.effect("encodes what is encoded in its path once more, and signs the hash of its body", () =>
    Effect.gen(function*() {
      const headers = yield* sign({ "content-type": "application/json" })
      // From AWS's description, by hand.
      const canonical = [
        "POST",
        "/model/arn%253Aaws%253Abedrock%253Aeu-west-1%253A1%253Ainference-profile%252Feu.anthropic.claude-sonnet-4%253A0/converse-stream",
        "",
        "content-type:application/json",
        "host:bedrock-runtime.eu-west-1.amazonaws.com",
        `x-amz-content-sha256:${hash(body)}`,
        "x-amz-date:20260102T030405Z",
        "x-amz-security-token:the-session",
        "",
        "content-type;host;x-amz-content-sha256;x-amz-date;x-amz-security-token",
        hash(body)
      ].join("\n")
      const scope = "20260102/eu-west-1/bedrock/aws4_request"
      const key = ["20260102", "eu-west-1", "bedrock", "aws4_request"].reduce<string | Uint8Array>(
        keyed,
        `AWS4${credentials.secretAccessKey}`
      )
      const text = `AWS4-HMAC-SHA256\n20260102T030405Z\n${scope}\n${hash(canonical)}`
      assert.deepStrictEqual(headers, {
        authorization: `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/${scope}, SignedHeaders=`
          + "content-type;host;x-amz-content-sha256;x-amz-date;x-amz-security-token, Signature="
          + keyed(key, text).toString("hex"),
        "x-amz-content-sha256": hash(body),
        "x-amz-date": "20260102T030405Z",
        "x-amz-security-token": "the-session"
      })
    }))

  it.effect("does not sign what may change on its way", () =>
    Effect.gen(function*() {
      const few = yield* sign({ "content-type": "application/json" })
      const many = yield* sign({
        "content-type": "application/json",
        "content-length": "15",
        "user-agent": "somebody",
        "x-request-id": "1",
        accept: "*/*"
      })
      assert.deepStrictEqual(many, few)
    }))

  it.effect("signs the port of a host that has one, and its query decoded", () =>
    Effect.gen(function*() {
      const one = yield* sign({}, "http://localhost:8080/foundation-models?byOutput=a%20b&flag")
      const other = yield* AwsSignature.sign({
        method: "POST",
        host: "localhost:8080",
        path: "/foundation-models",
        query: { flag: [""], byOutput: ["a b"] },
        headers: {},
        body
      }, {
        credentials: { ...credentials, sessionToken: "the-session" },
        region: "eu-west-1",
        service: "bedrock",
        at: Date.UTC(2026, 0, 2, 3, 4, 5)
      })
      assert.deepStrictEqual(one, other)
    }))
})
