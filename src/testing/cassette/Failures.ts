/**
 * Converts HTTP failures to the cassette's format and back.
 */
import * as HttpClientError from "effect/http/HttpClientError"
import type * as HttpClientRequest from "effect/http/HttpClientRequest"
import type * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Predicate from "effect/Predicate"
import type * as Tape from "./Tape.ts"

/** The number of nested causes that are kept: enough for the operating system's error under that of a client. */
const maximumDepth = 5

/** Converts a failure of the client. */
export const describe = ({ reason }: HttpClientError.HttpClientError): Tape.Failure => {
  const causes: Array<Tape.Failure["causes"][number]> = []
  let cause: unknown = reason.cause
  while (Predicate.isError(cause) && causes.length < maximumDepth) {
    causes.push({
      name: cause.name,
      message: cause.message,
      ...("code" in cause && typeof cause.code === "string" ? { code: cause.code } : {})
    })
    cause = cause.cause
  }
  return { ...(reason.description === undefined ? {} : { description: reason.description }), causes }
}

const parts = (failure: Tape.Failure): { readonly cause: Error | undefined; readonly description?: string } => {
  const cause = failure.causes.reduceRight<Error | undefined>(
    (inner, { code, message, name }) =>
      Object.assign(new Error(message, inner === undefined ? {} : { cause: inner }), {
        name,
        ...(code === undefined ? {} : { code })
      }),
    undefined
  )
  return {
    cause,
    ...(failure.description === undefined ? {} : { description: failure.description })
  }
}

/** Creates the failure of a request that had no response. */
export const ofRequest = (
  request: HttpClientRequest.HttpClientRequest,
  { failure, reason }: Tape.RecordedFailure
): HttpClientError.HttpClientError => {
  const options = { request, ...parts(failure) }
  switch (reason) {
    case "TransportError":
      return new HttpClientError.HttpClientError({ reason: new HttpClientError.TransportError(options) })
    case "EncodeError":
      return new HttpClientError.HttpClientError({ reason: new HttpClientError.EncodeError(options) })
    case "InvalidUrlError":
      return new HttpClientError.HttpClientError({ reason: new HttpClientError.InvalidUrlError(options) })
  }
}

/** Creates the failure of a body that ended early. */
export const ofBody = (
  request: HttpClientRequest.HttpClientRequest,
  response: HttpClientResponse.HttpClientResponse,
  failure: Tape.Failure
): HttpClientError.HttpClientError =>
  new HttpClientError.HttpClientError({
    reason: new HttpClientError.DecodeError({ request, response, ...parts(failure) })
  })
