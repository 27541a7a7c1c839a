/**
 * The error responses of servers of Chat Completions.
 */
import type { Json, JsonObject } from "../Json.ts"
import type { ErrorKind } from "../scenario/Fault.ts"
import type { SimulatorQuirks } from "../scenario/SimulatorQuirks.ts"
import type { ErrorResponse, Problem } from "../WireProtocol.ts"
import * as OpenAiErrors from "./OpenAiErrors.ts"

type Codes = Readonly<Record<ErrorKind, readonly [status: number, code: number]>>

// https://docs.bigmodel.cn/cn/api/api-code
const zhipu: Codes = {
  "rate-limit": [429, 1302],
  quota: [429, 1113],
  overloaded: [429, 1312],
  "server-error": [500, 1234],
  timeout: [500, 1234],
  authentication: [401, 1000],
  permission: [403, 1220],
  "model-not-found": [400, 1211],
  "not-found": [404, 1222],
  "invalid-request": [400, 1210],
  "context-length": [400, 1261],
  "content-filter": [400, 1301],
  "too-large": [400, 1210]
}

// https://platform.minimax.io/docs/api-reference/errorcode: always with status 200.
const minimax: Codes = {
  "rate-limit": [200, 1002],
  quota: [200, 1008],
  overloaded: [200, 1000],
  "server-error": [200, 1013],
  timeout: [200, 1001],
  authentication: [200, 1004],
  permission: [200, 1004],
  "model-not-found": [200, 2013],
  "not-found": [200, 2013],
  "invalid-request": [200, 2013],
  "context-length": [200, 1039],
  "content-filter": [200, 1026],
  "too-large": [200, 2013]
}

// https://developers.cloudflare.com/workers-ai/platform/errors/
const cloudflare: Codes = {
  "rate-limit": [429, 3021],
  quota: [429, 3036],
  overloaded: [429, 3040],
  "server-error": [500, 3001],
  timeout: [408, 3007],
  authentication: [401, 10000],
  permission: [403, 5018],
  "model-not-found": [400, 5007],
  "not-found": [404, 7003],
  "invalid-request": [400, 5004],
  "context-length": [413, 3006],
  "content-filter": [400, 5004],
  "too-large": [413, 3006]
}

// https://docs.mistral.ai/api/: the type is the code in words.
const mistral: Codes = {
  "rate-limit": [429, 1300],
  quota: [402, 2300],
  overloaded: [503, 3505],
  "server-error": [500, 1000],
  timeout: [504, 1000],
  authentication: [401, 1401],
  permission: [403, 1403],
  "model-not-found": [400, 1500],
  "not-found": [404, 1404],
  "invalid-request": [400, 3051],
  "context-length": [400, 3051],
  "content-filter": [400, 3051],
  "too-large": [413, 3051]
}

// xAI returns status 400 for an invalid key and for an unknown model; only the message tells them apart.
const sentences: Readonly<Partial<Record<ErrorKind, readonly [status: number, code: string, error: string]>>> = {
  authentication: [400, "invalid-argument", "Incorrect API key provided. You can obtain an API key from the console."],
  "model-not-found": [400, "invalid-argument", "Model not found"],
  overloaded: [503, "The service is currently unavailable", "Service temporarily unavailable."],
  "context-length": [400, "invalid-argument", "This model's maximum prompt length is 131072 tokens."]
}

const statusOf = (problem: Problem, status: number): number => problem.status ?? status

/** Creates the status and the body of an error in the dialect's format. */
const encode = (problem: Problem, { errors }: SimulatorQuirks): readonly [status: number, body: JsonObject] => {
  const error = OpenAiErrors.errorObject(problem)
  const { status } = OpenAiErrors.errorResponse(problem)
  const message: Json = error["message"] ?? ""
  switch (errors ?? "openai") {
    case "openai":
      return [status, { error }]
    case "flat": {
      const [own, code] = mistral[problem.kind]
      if (problem.kind === "authentication") return [own, { detail: "Invalid API Key" }]
      const type = problem.kind === "model-not-found" ? "invalid_model" : "invalid_request_error"
      return [own, {
        object: "error",
        message,
        type,
        param: error["param"] ?? null,
        code: String(code),
        raw_status_code: statusOf(problem, own)
      }]
    }
    case "status":
      return [status, { error: { code: status, message }, user_id: "user_simulator" }]
    case "sentence": {
      const [own, code, sentence] = sentences[problem.kind] ?? [status, "invalid-argument", message]
      return [own, { code, error: problem.message ?? sentence }]
    }
    case "detail":
      return [
        status,
        problem.kind === "invalid-request"
          ? { detail: [{ loc: ["body", problem.param ?? "messages"], msg: message, type: "value_error" }] }
          : { detail: message }
      ]
    case "text":
      return [status, { error: message }]
    case "code": {
      const [own, code] = zhipu[problem.kind]
      return [own, { error: { code: String(code), message } }]
    }
    case "envelope": {
      const [own, code] = cloudflare[problem.kind]
      return [own, { success: false, errors: [{ code, message }], messages: [], result: null }]
    }
    case "base_resp": {
      const [own, code] = minimax[problem.kind]
      return [own, { base_resp: { status_code: code, status_msg: message } }]
    }
  }
}

/** Creates the error response of a problem in the dialect's format. */
export const errorResponse = (problem: Problem, quirks: SimulatorQuirks): ErrorResponse => {
  const [status, body] = encode(problem, quirks)
  return { ...OpenAiErrors.errorResponse(problem), status: statusOf(problem, status), body }
}

/** Creates the data of an error event inside a stream, in the dialect's format. */
export const inStream = (problem: Problem, quirks: SimulatorQuirks): JsonObject => encode(problem, quirks)[1]
