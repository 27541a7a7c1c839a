/**
 * Serves responses of the Responses API again: by their id, as the beginning of a conversation, and in the background.
 *
 * @see https://platform.openai.com/docs/guides/background
 * @see https://platform.openai.com/docs/api-reference/responses/get
 */
import type { Completion } from "../Completion.ts"
import * as Json from "../Json.ts"
import type { Memory, StoredResponse } from "../Memory.ts"
import * as RequestChecks from "../RequestChecks.ts"
import type { RequestContext } from "../RequestContext.ts"
import * as Response from "../Response.ts"
import * as Fault from "../scenario/Fault.ts"
import type { IncomingRequest, Problem, WireEvent } from "../WireProtocol.ts"
import * as OpenAiResponses from "./OpenAiResponses.ts"

const { protocol } = OpenAiResponses

/** Checks that the response that a request continues is known. */
export const check = ({ body, strictness }: IncomingRequest, memory: Memory): Problem | undefined => {
  const previous = Json.text(body["previous_response_id"])
  return previous === undefined || strictness !== "provider" || memory.find(previous) !== undefined ? undefined : {
    kind: "invalid-request",
    message: `Previous response with id '${previous}' not found.`,
    param: "previous_response_id",
    code: "previous_response_not_found"
  }
}

const replaced = new Set<Fault.Fault["_tag"]>(["ProviderError", "Status", "Raw", "Refuse", "Reset"])

/** Keeps a response unless the request forbids it, or a fault takes its place. */
export const keep = (
  request: Json.JsonObject,
  completion: () => Completion,
  faults: ReadonlyArray<Fault.Fault>,
  memory: Memory
): void => {
  if (request["store"] === false || faults.some(({ _tag }) => replaced.has(_tag))) return
  memory.store({ id: OpenAiResponses.idOf(completion()), request, completion, polls: 0, isCancelled: false })
}

/** Returns the texts of the conversation that a request continues, the oldest first. */
export const earlierTexts = (body: Json.JsonObject, memory: Memory): ReadonlyArray<string> => {
  const turns: Array<ReadonlyArray<string>> = []
  const seen = new Set<string>()
  let id = Json.text(body["previous_response_id"])
  while (id !== undefined && !seen.has(id)) {
    seen.add(id)
    const stored = memory.find(id)
    if (stored === undefined) break
    turns.push([...Json.texts(stored.request["input"]), ...Json.texts(finalBody(stored)["output"])])
    id = Json.text(stored.request["previous_response_id"])
  }
  return turns.toReversed().flat()
}

const finalBody = ({ completion }: StoredResponse): Json.JsonObject => OpenAiResponses.finalBody(completion())

/** Returns a response as it stands now, and moves one in the background on. */
const current = (stored: StoredResponse): Json.JsonObject => {
  const body = finalBody(stored)
  if (stored.request["background"] !== true) return body
  if (stored.isCancelled) return { ...body, status: "cancelled", output: [], usage: null, completed_at: null }
  return stored.polls++ === 0
    ? { ...body, status: "in_progress", output: [], usage: null, completed_at: null, incomplete_details: null }
    : body
}

const inputItems = ({ id, request }: StoredResponse, query: URLSearchParams): Json.JsonObject => {
  const { input } = request
  const items = typeof input === "string"
    ? [{ role: "user", content: [{ type: "input_text", text: input }] }]
    : Json.list(input).map(Json.object)
  const data = items.map((item, index): Json.JsonObject =>
    Object.assign({ id: `${id}_item_${index}`, type: "message" }, item)
  )
  const ordered = query.get("order") === "asc" ? data : data.toReversed()
  return {
    object: "list",
    data: ordered,
    first_id: ordered[0]?.["id"] ?? null,
    last_id: ordered.at(-1)?.["id"] ?? null,
    has_more: false
  }
}

const resumed = (stored: StoredResponse, after: number, context: RequestContext): Response.Response =>
  Response.make({
    ...context,
    protocol: {
      ...protocol,
      // The events have numbers, and those up to the given one have been received.
      events: function*(completion): Generator<WireEvent> {
        let number = 0
        for (const event of protocol.events(completion)) if (number++ > after) yield event
      }
    },
    framing: protocol.framing,
    scripted: {},
    completion: stored.completion,
    faults: Fault.active(context.scenario.faults, context.ordinal),
    isStreaming: true
  })

const address = /\/responses\/([^/]+)(?:\/(cancel|input_items))?$/

const notFound = (id: string): Problem => ({ kind: "not-found", message: `Response with id '${id}' not found.` })

const serve = (
  request: IncomingRequest,
  stored: StoredResponse,
  action: string | undefined,
  context: RequestContext
): Response.Response => {
  const json = (body: Json.JsonObject) => Response.forSideEndpoint({ json: body }, { ...context, protocol })
  const reject = (message: string) =>
    Response.error(protocol, { kind: "invalid-request", message }, context.requestId, context.scenario.quirks)
  const query = new URLSearchParams(request.query)
  const isBackground = stored.request["background"] === true
  if (action === "cancel") {
    if (!isBackground) return reject("Cannot cancel a synchronous response.")
    if (stored.polls < 2) stored.isCancelled = true
    return json(current(stored))
  }
  if (action === "input_items") return json(inputItems(stored, query))
  if (request.method === "DELETE") {
    context.memory.remove(stored.id)
    return json({ id: stored.id, object: "response", deleted: true })
  }
  if (query.get("stream") !== "true") return json(current(stored))
  if (!isBackground || stored.request["stream"] !== true) {
    return reject("This response was not created in the background with streaming, and cannot be streamed again.")
  }
  return resumed(stored, Number(query.get("starting_after") ?? -1), context)
}

/** Responds to a request for a stored response; returns `undefined` for all other requests. */
export const respond = (request: IncomingRequest, context: RequestContext): Response.Response | undefined => {
  const [, id, action] = address.exec(request.path) ?? []
  const methods = action === "cancel" ? ["POST"] : action === undefined ? ["GET", "DELETE"] : ["GET"]
  if (id === undefined || !methods.includes(request.method)) return undefined
  const stored = context.memory.find(decodeURIComponent(id))
  const problem = RequestChecks.checkKey(protocol, request, context.scenario) ??
    (stored === undefined ? notFound(id) : undefined)
  return problem !== undefined || stored === undefined
    ? Response.error(protocol, problem ?? notFound(id), context.requestId, context.scenario.quirks)
    : serve(request, stored, action, context)
}
