/**
 * Secrets that a test gives to a program, and everything that can be read of the program afterwards: logs, spans,
 * errors.
 *
 * Every secret has the word "canar1" in it, so that a part of one is found as well as the whole.
 */
import { assert } from "@effect/vitest"
import { Cause, Console, Effect, Exit, Logger, References, Schema, Tracer } from "effect"
import { Headers, HttpClient } from "effect/http"
import { TestConsole } from "effect/testing"
import { inspect } from "node:util"
import { CompletionError } from "sluice"
import type * as Raw from "../support/RawServer.ts"

export const key = `sk-canar1-1f9/Ab+c"d\\e=`
export const secrets: ReadonlyArray<string> = [
  key,
  "org-canar1-0001",
  "project-canar1-0002",
  "team-canar1-0003 with words",
  "user-canar1-0004",
  "pass-canar1-0005",
  "query-canar1-0006/+",
  "tenant-canar1-0007",
  "AKIACANAR100000000008",
  "session-canar1-0009/+=",
  "identity.canar1-0010"
]
export const [
  ,
  organization = "",
  project = "",
  team = "",
  user = "",
  password = "",
  query = "",
  tenant = "",
  awsId = "",
  awsSession = "",
  signed = ""
] = secrets
export const prompt = "What is SENTINEL-PROMPT about?"
export const completion = "It is SENTINEL-COMPLETION, of course."

const word = "canar1"

const hex = Buffer.from(word).toString("hex")

/** The word, and what other spellings make of it: base64 at each of the three places in a group. */
const isSecret = new RegExp(
  [
    word,
    hex,
    hex.replaceAll(/../g, "%$&"),
    Array.from(word, (character) => `&#${character.codePointAt(0)};`).join(""),
    // Over two lines.
    "can\\s*ar1|can(?:\\\\+n)ar1",
    ...[0, 1, 2].map((offset) =>
      Buffer.from(" ".repeat(offset) + word).toString("base64").slice(
        Math.ceil(offset * 8 / 6),
        Math.floor((offset + word.length) * 8 / 6)
      )
    )
  ].join("|"),
  "i"
)
const isContent = /SENTINEL/

const around = (text: string, found: RegExp) => {
  const at = text.search(found)
  return text.slice(Math.max(0, at - 200), at + 200)
}

export const checkSecrets = (place: string, text: string) =>
  assert.isFalse(isSecret.test(text), `a secret is in ${place}: …${around(text, isSecret)}…`)

export const check = (place: string, text: string) => {
  checkSecrets(place, text)
  assert.isFalse(isContent.test(text), `what was said is in ${place}: …${around(text, isContent)}…`)
}

export const everything = (value: unknown) =>
  inspect(value, { depth: Infinity, showHidden: true, maxStringLength: null })

export const asItIs = (secret: string) => secret

export const spelled: ReadonlyArray<readonly [string, (secret: string) => string]> = [
  ["as they are", asItIs],
  ["as JSON in JSON", (secret) => JSON.stringify(JSON.stringify({ sent: secret }))],
  ["as in a URL", encodeURIComponent],
  ["in base64", (secret) => Buffer.from(`Bearer ${secret}`).toString("base64")],
  ["percent-encoded whole", (secret) => Buffer.from(secret).toString("hex").replaceAll(/../g, "%$&")],
  ["in HTML entities", (secret) => Array.from(secret, (character) => `&#${character.codePointAt(0)};`).join("")],
  ["in hexadecimal digits", (secret) => Buffer.from(secret).toString("hex")],
  ["over two lines", (secret) => `${secret.slice(0, 6)}\n${secret.slice(6)}`],
  ["as far as two thirds of them", (secret) => secret.slice(0, Math.max(12, Math.ceil(secret.length * 2 / 3)))]
]

/** What a server can repeat: what it was sent. */
export const repeatedBy = ({ head, header }: Raw.Exchange, spell: (secret: string) => string) => {
  const authorization = header("authorization") ?? ""
  // What is in a user's password, and in the claims of a token that is signed.
  const encoded = authorization.split(/[ .]/).map((part) => Buffer.from(part, "base64").toString()).join(" ")
  const sent = secrets.filter((secret) => `${head}${decodeURIComponent(head)}${encoded}`.includes(secret))
  return `You sent ${sent.map(spell).join(" and ")}, which is wrong.`
}
/** Headers in which a server repeats what it was sent. */
export const repeated = {
  "x-request-id": key,
  "request-id": `req ${key}`,
  location: `https://${user}:${password}@host.test/?key=${query}&t=${tenant}`,
  "x-echo": key,
  "set-cookie": `a=${key}`
}

/** Runs a call in a program that logs and traces all it can, and answers all that can be read afterwards. */
export const watch = <A, E>(call: Effect.Effect<A, E>) =>
  Effect.gen(function*() {
    const console = yield* TestConsole.make
    const structured: Array<unknown> = []
    const spans: Array<Tracer.NativeSpan> = []
    const tracer = Tracer.make({
      span: (options) => {
        const span = new Tracer.NativeSpan(options)
        spans.push(span)
        return span
      }
    })
    const capture = Logger.make((entry) => {
      structured.push(Logger.formatStructured.log(entry))
      structured.push(entry.message, entry.cause, entry.fiber.getRef(References.CurrentLogAnnotations))
    })
    const exit = yield* call.pipe(
      Effect.withSpan("caller"),
      Effect.exit,
      Effect.tap((exit) =>
        Exit.isFailure(exit)
          ? Effect.logError("it failed", exit.cause, Cause.squash(exit.cause)).pipe(
            Effect.annotateLogs({ error: Cause.squash(exit.cause), cause: exit.cause })
          )
          : Effect.log("it worked")
      ),
      Effect.provide(Logger.layer([
        Logger.consolePretty({ colors: false }),
        Logger.consolePretty({ colors: true, mode: "tty" }),
        Logger.consoleJson,
        Logger.consoleLogFmt,
        Logger.consoleStructured,
        Logger.tracerLogger,
        capture
      ])),
      Effect.withTracer(tracer),
      Effect.provideService(References.MinimumLogLevel, "All"),
      // A program may ask for all headers in its spans.
      Effect.provideService(HttpClient.TracerHeaderFilter, () => true),
      Effect.provideService(Headers.CurrentRedactedNames, []),
      Effect.provideService(Console.Console, console)
    )
    return { exit, console: [...(yield* console.logLines), ...(yield* console.errorLines)], structured, spans }
  })

export const checkAll = ({ console, exit, spans, structured }: Effect.Success<ReturnType<typeof watch>>) => {
  for (const line of [...console, ...structured]) {
    check("a log line", typeof line === "string" ? line : everything(line))
    check("a log line as JSON", JSON.stringify(line) ?? "")
    check("a log line as text", String(line))
  }
  assert.isNotEmpty(console)
  assert.includeMembers(spans.map(({ name }) => name), ["caller"])
  for (const span of spans) {
    check(`the span ${span.name}`, everything([span.name, [...span.attributes], span.events, span.links]))
    check("a span's attributes as text", [...span.attributes].flat().map(String).join(" "))
    const { status } = span
    if (status._tag !== "Ended") assert.fail(`the span ${span.name} has not ended`)
    else if (Exit.isFailure(status.exit)) {
      check("a span's cause", Cause.pretty(status.exit.cause))
      check("a span's exit", everything(status.exit))
      check("a span's exit as JSON", JSON.stringify(status.exit))
    }
  }
  if (Exit.isSuccess(exit)) return
  const error = Cause.squash(exit.cause)
  check("String(error)", String(error))
  check("JSON.stringify(error)", JSON.stringify(error))
  check("inspect(error)", everything(error))
  check("inspect(error) in its short form", inspect(error))
  check("Cause.pretty", Cause.pretty(exit.cause))
  check("the cause", everything(exit.cause) + JSON.stringify(exit.cause) + String(exit.cause))
  check("the stack", error instanceof Error ? `${error.stack} ${error.message} ${String(error.cause)}` : "")
  // What a program asks for by name may be content, and still no secret.
  checkSecrets("the encoded error", JSON.stringify(Schema.encodeUnknownSync(CompletionError)(error)))
  checkSecrets(
    "what inspect shows when it is told to ignore how errors are printed",
    inspect(error, {
      depth: Infinity,
      showHidden: true,
      customInspect: false
    })
  )
}
