/**
 * Anthropic's Messages API as a protocol.
 *
 * @see https://docs.anthropic.com/en/api/messages
 * @since 0.1.0
 */
import { Assembly } from "../../response/Assembly.ts"
import * as Framed from "../../response/Framed.ts"
import type { Protocol } from "../Protocol.ts"
import * as WholeJson from "../../response/WholeJson.ts"
import * as ResponseItems from "./ResponseItems.ts"
import * as Response from "./Response.ts"
import { encodeRequest } from "./Request.ts"

/**
 * The protocol `anthropic-messages`.
 *
 * **Details**
 *
 * Its completion contract is fulfilled by `message_stop`, which ends the answer at once, or by a `message_delta` with a
 * stop reason: everything that a reader wants has arrived by then. An answer that was not streamed is whole when its body
 * is.
 *
 * @category models
 * @since 0.1.0
 */
export const protocol: Protocol = {
  name: ResponseItems.name,
  encodeRequest,
  decodeStream: (context) => {
    const assembly = new Assembly(context)
    return Framed.make(context, assembly, Response.machine(context, assembly))
  },
  decodeWhole: (body, context) =>
    WholeJson.read(body, context, (value, assembly) => Response.machine(context, assembly).message(value))
}
