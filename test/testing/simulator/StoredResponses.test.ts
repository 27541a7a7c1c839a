import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import type * as Scenario from "../../../src/testing/simulator/scenario/Scenario.ts"
import * as SimulatorServer from "../../../src/testing/simulator/SimulatorServer.ts"
import * as Raw from "./RawClient.ts"

const serve = (scenario: Scenario.Scenario = {}) => SimulatorServer.serve({ scenario, seed: 3 })

const call = Effect.fnUntraced(function*(url: string, method: string, path: string, body?: object) {
  const response = yield* Raw.request(url, {
    method,
    path: `/v1/responses${path}`,
    headers: { authorization: "Bearer k" },
    body
  })
  return { status: response.status, body: JSON.parse(response.text) }
})

const create = (url: string, more: object = {}) =>
  Effect.map(call(url, "POST", "", Raw.responsesBody({ stream: false, ...more })), ({ body }) => body)

describe("stored responses", () => {
  it.live("are returned as they were, listed with their input, and deleted", () =>
    Effect.gen(function*() {
      const { url } = yield* serve()
      const created = yield* create(url, {
        input: [{ role: "user", content: "One" }, { role: "user", content: "Two" }]
      })
      assert.deepStrictEqual(yield* call(url, "GET", `/${created.id}`), { status: 200, body: created })
      const items = yield* call(url, "GET", `/${created.id}/input_items?order=asc`)
      assert.deepStrictEqual(
        items.body.data.map(({ content, type }: { content: string; type: string }) => [type, content]),
        [["message", "One"], ["message", "Two"]]
      )
      assert.deepStrictEqual((yield* call(url, "DELETE", `/${created.id}`)).body, {
        id: created.id,
        object: "response",
        deleted: true
      })
      const gone = yield* call(url, "GET", `/${created.id}`)
      assert.strictEqual(gone.status, 404)
      assert.strictEqual(gone.body.error.message, `Response with id '${created.id}' not found.`)
    }))

  it.live("of a stream are the same as its last event", () =>
    Effect.gen(function*() {
      const { url } = yield* serve()
      const streamed = yield* Raw.responses(url)
      const last = JSON.parse(JSON.stringify(Raw.data(streamed.text).at(-1)))
      assert.deepStrictEqual((yield* call(url, "GET", `/${last.response.id}`)).body, last.response)
    }))

  it.live("are not kept with store false, after an error, or beyond the newest 256", () =>
    Effect.gen(function*() {
      const { url } = yield* serve()
      const { id } = yield* create(url, { store: false })
      assert.strictEqual((yield* call(url, "GET", `/${id}`)).status, 404)
      const first = yield* create(url)
      yield* Effect.forEach(Array.from({ length: 256 }), () => create(url))
      assert.strictEqual((yield* call(url, "GET", `/${first.id}`)).status, 404)
      const failing = yield* serve({
        completions: [{ responseId: "resp_x", faults: [{ _tag: "ProviderError", kind: "server-error" }] }]
      })
      yield* create(failing.url)
      assert.strictEqual((yield* call(failing.url, "GET", "/resp_x")).status, 404)
    }))

  it.live("need the key that completions need", () =>
    Effect.gen(function*() {
      const { url } = yield* serve({ requireKey: "right" })
      assert.strictEqual((yield* call(url, "GET", "/resp_1")).status, 401)
    }))
})

describe("previous_response_id", () => {
  it.live("continues the conversation for what is scripted by its text", () =>
    Effect.gen(function*() {
      const { url } = yield* serve({
        completions: [
          { when: { contains: "Ada" }, parts: [{ _tag: "Text", text: "Your name is Ada." }] },
          { parts: [{ _tag: "Text", text: "I do not know." }] }
        ]
      })
      const texts = (body: { output: ReadonlyArray<{ content: ReadonlyArray<{ text: string }> }> }) =>
        body.output.flatMap(({ content }) => content.map(({ text }) => text))
      const first = yield* create(url, { input: "I am Ada." })
      const second = yield* create(url, { input: "Who am I?", previous_response_id: first.id })
      const third = yield* create(url, { input: "And now?", previous_response_id: second.id })
      assert.deepStrictEqual(texts(third), ["Your name is Ada."])
      assert.strictEqual(third.previous_response_id, second.id)
      assert.deepStrictEqual(texts(yield* create(url, { input: "Who am I?" })), ["I do not know."])
    }))

  it.live("of an unknown response is refused in the provider's words, unless it is not strict", () =>
    Effect.gen(function*() {
      const body = Raw.responsesBody({ stream: false, previous_response_id: "resp_unknown" })
      const { url } = yield* serve()
      const refused = yield* call(url, "POST", "", body)
      assert.deepStrictEqual([refused.status, refused.body.error], [400, {
        message: "Previous response with id 'resp_unknown' not found.",
        type: "invalid_request_error",
        param: "previous_response_id",
        code: "previous_response_not_found"
      }])
      const tolerant = yield* serve({ strictness: "dialect" })
      assert.strictEqual((yield* call(tolerant.url, "POST", "", body)).status, 200)
    }))
})

describe("background", () => {
  it.live("is queued, in progress and then complete", () =>
    Effect.gen(function*() {
      const { url } = yield* serve()
      const queued = yield* create(url, { background: true })
      assert.deepStrictEqual([queued.status, queued.background, queued.output, queued.usage], [
        "queued",
        true,
        [],
        null
      ])
      const running = (yield* call(url, "GET", `/${queued.id}`)).body
      assert.deepStrictEqual([running.status, running.output], ["in_progress", []])
      const done = (yield* call(url, "GET", `/${queued.id}`)).body
      assert.deepStrictEqual([done.status, done.id, done.output.length], ["completed", queued.id, 2])
      assert.deepStrictEqual((yield* call(url, "GET", `/${queued.id}`)).body, done)
      // A complete response cannot be cancelled any more.
      assert.strictEqual((yield* call(url, "POST", `/${queued.id}/cancel`)).body.status, "completed")
    }))

  it.live("is cancelled before it is complete, as often as one asks", () =>
    Effect.gen(function*() {
      const { url } = yield* serve()
      const { id } = yield* create(url, { background: true })
      for (const _ of [1, 2]) {
        const cancelled = yield* call(url, "POST", `/${id}/cancel`)
        assert.deepStrictEqual([cancelled.status, cancelled.body.status, cancelled.body.output], [200, "cancelled", []])
      }
      assert.strictEqual((yield* call(url, "GET", `/${id}`)).body.status, "cancelled")
      const foreground = yield* create(url)
      assert.strictEqual((yield* call(url, "POST", `/${foreground.id}/cancel`)).status, 400)
    }))

  it.live("goes on after an event, where it was streamed", () =>
    Effect.gen(function*() {
      const { url } = yield* serve()
      const whole = Raw.data((yield* Raw.responses(url, { background: true })).text)
      const events = whole.map((data) => JSON.parse(JSON.stringify(data)))
      assert.deepStrictEqual(events.slice(0, 3).map(({ type }) => type), [
        "response.created",
        "response.queued",
        "response.in_progress"
      ])
      const { id } = events[0].response
      const rest = yield* Raw.request(url, {
        method: "GET",
        path: `/v1/responses/${id}?stream=true&starting_after=5`,
        headers: { authorization: "Bearer k" }
      })
      assert.deepStrictEqual(Raw.data(rest.text), whole.slice(6))
      const other = yield* create(url, { background: true })
      assert.strictEqual((yield* call(url, "GET", `/${other.id}?stream=true`)).status, 400)
    }))
})
