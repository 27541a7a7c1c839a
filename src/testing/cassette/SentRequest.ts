/**
 * A request with its body and its secrets.
 */
import * as Effect from "effect/Effect"
import * as HttpBody from "effect/http/HttpBody"
import * as HttpClientError from "effect/http/HttpClientError"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import * as Base64 from "effect/encoding/Base64"
import * as Secrets from "../../domain/Secrets.ts"
import { latin1, utf8 } from "./BytesText.ts"

/** A request as it is sent. */
export interface SentRequest {
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array | undefined
  /** The secret values that the request contains. */
  readonly secrets: ReadonlyArray<string>
  /** The request to send: the original with a body that can be sent although it was read. */
  readonly sendable: HttpClientRequest.HttpClientRequest
}

/** Reads a request and its body. */
export const make = Effect.fnUntraced(function*(
  request: HttpClientRequest.HttpClientRequest
): Effect.fn.Return<SentRequest, HttpClientError.HttpClientError> {
  const body = yield* bytesOf(request)
  const url = Option.match(HttpClientRequest.toUrl(request), { onNone: () => request.url, onSome: ({ href }) => href })
  const headers = { ...request.headers }
  return {
    method: request.method,
    url,
    headers,
    body,
    secrets: [
      ...Secrets.fromRequest(headers, url),
      // A value that the caller wrapped in `Redacted` is secret under any name.
      ...[...request.urlParams].flatMap(([, value]) =>
        Redacted.isRedacted(value) ? [String(Redacted.value(value))] : []
      ),
      ...(body === undefined ? [] : Secrets.fromBody(utf8(body) ?? latin1(body)))
    ],
    sendable: body !== undefined && request.body._tag === "Stream"
      ? HttpClientRequest.setBody(request, HttpBody.uint8Array(body, request.body.contentType))
      : request
  }
})

const bytesOf = (
  request: HttpClientRequest.HttpClientRequest
): Effect.Effect<Uint8Array | undefined, HttpClientError.HttpClientError> => {
  const { body } = request
  switch (body._tag) {
    case "Empty":
      return Effect.undefined
    case "Uint8Array":
      return Effect.succeed(body.body)
    case "Raw":
      return Effect.succeed(
        new TextEncoder().encode(typeof body.body === "string" ? body.body : JSON.stringify(body.body))
      )
    case "Stream":
      return body.stream.pipe(
        Stream.mapError((cause) =>
          new HttpClientError.HttpClientError({ reason: new HttpClientError.EncodeError({ request, cause }) })
        ),
        Stream.mkUint8Array
      )
    case "FormData":
      // The parts are compared, since the boundary between them is different every time.
      return Effect.map(
        Effect.forEach(body.formData.entries(), ([name, value]) =>
          typeof value === "string"
            ? Effect.succeed<unknown>({ name, value })
            : Effect.map(Effect.promise(() => value.arrayBuffer()), (content) => ({
              name,
              filename: value.name,
              type: value.type,
              base64: Base64.encode(new Uint8Array(content))
            }))),
        (parts) => new TextEncoder().encode(JSON.stringify(parts))
      )
  }
}
