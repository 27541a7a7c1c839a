/**
 * Amazon Bedrock's Converse API as a protocol.
 *
 * @see https://docs.aws.amazon.com/bedrock/latest/userguide/conversation-inference.html
 * @since 0.1.0
 */
import { Assembly } from "../Assembly.ts"
import * as JsonStream from "../JsonStream.ts"
import type { Protocol } from "../Protocol.ts"
import * as WholeJson from "../WholeJson.ts"
import * as Any from "./Any.ts"
import * as Blocks from "./Blocks.ts"
import { encode } from "./Encode.ts"
import * as Frames from "./Frames.ts"

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
  name: Blocks.name,
  encode,
  stream: (context) => {
    const assembly = new Assembly(context)
    const reading = new JsonStream.Reading(context, assembly)
    const machine = Any.machine(context, assembly)
    return JsonStream.make(reading, machine, Frames.make(reading, machine))
  },
  whole: (body, context) =>
    WholeJson.read(body, context, (value, assembly) => Any.machine(context, assembly).response(value))
}
