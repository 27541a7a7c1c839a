/**
 * Amazon Bedrock's Converse API as a protocol.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/conversation-inference.html
 * @since 0.1.0
 */
import { Assembly } from "../../response/Assembly.ts"
import * as JsonStream from "../../response/JsonStream.ts"
import type { Protocol } from "../Protocol.ts"
import * as WholeJson from "../../response/WholeJson.ts"
import * as ResponseAny from "./ResponseAny.ts"
import * as ResponseItems from "./ResponseItems.ts"
import { encodeRequest } from "./Request.ts"
import * as ResponseFrames from "./ResponseFrames.ts"

/**
 * The protocol `bedrock-converse`.
 *
 * **Details**
 *
 * Its completion contract is fulfilled when both `messageStop` and `metadata`, which follows it with the bill, have come:
 * every model that was recorded sends both. An answer that was not streamed is whole when its body is. Answers of InvokeModel
 * are read too, each by its own protocol's rules.
 *
 * @category models
 * @since 0.1.0
 */
export const protocol: Protocol = {
  name: ResponseItems.name,
  encodeRequest,
  decodeStream: (context) => {
    const assembly = new Assembly(context)
    const reading = new JsonStream.Reading(context, assembly)
    const machine = ResponseAny.machine(context, assembly)
    return JsonStream.make(reading, machine, ResponseFrames.make(reading, machine))
  },
  decodeWhole: (body, context) =>
    WholeJson.read(body, context, (value, assembly) => ResponseAny.machine(context, assembly).response(value))
}
