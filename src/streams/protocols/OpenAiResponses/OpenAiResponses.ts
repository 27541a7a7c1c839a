/**
 * OpenAI's Responses API as a protocol.
 *
 * @see https://platform.openai.com/docs/api-reference/responses
 * @since 0.1.0
 */
import { Assembly } from "../../response/Assembly.ts"
import { array, nonEmpty } from "../../json/Json.ts"
import type { Protocol } from "../Protocol.ts"
import { WireItems } from "../../response/WireItems.ts"
import * as SseJson from "../../response/SseJson.ts"
import * as WholeJson from "../../response/WholeJson.ts"
import * as Response from "./Response.ts"
import { encodeRequest } from "./Request.ts"
import * as ResponseEnding from "./ResponseEnding.ts"
import * as ResponseItems from "./ResponseItems.ts"

/**
 * The protocol `openai-responses`.
 *
 * **Details**
 *
 * Its completion contract is its terminal event: `response.completed` or `response.incomplete`. An answer that was not
 * streamed is whole when its body is; its evidence is the status, the usage and the end of the body.
 *
 * @category models
 * @since 0.1.0
 */
export const protocol: Protocol = {
  name: ResponseItems.name,
  streamsEvents: true,
  encodeRequest,
  decodeStream: (context) => {
    const assembly = new Assembly(context)
    return SseJson.make(context, assembly, Response.machine(context, assembly))
  },
  decodeWhole: (body, context) =>
    WholeJson.read(body, context, (value, assembly) => {
      if (array(value.output) === undefined && value.object !== "response") return "the body is not a response"
      const status = nonEmpty(value.status)
      if (status !== undefined) assembly.saw("finish-reason")
      assembly.saw("end-of-body")
      return ResponseEnding.end(assembly, new WireItems(assembly), new Map(), context, value, "completed")
    })
}
