/**
 * Google's token endpoints: for service accounts, users and foreign identities, and the metadata server of its
 * machines.
 *
 * @see https://developers.google.com/identity/protocols/oauth2/service-account
 * @see https://cloud.google.com/iam/docs/reference/sts/rest/v1/TopLevel/token
 * @see https://cloud.google.com/compute/docs/metadata/overview
 */
import * as Option from "effect/Option"
import { createPublicKey, verify } from "node:crypto"
import * as Json from "../Json.ts"
import { json, oauthError, text, type TokenRequest, type TokenResponse, type TokenRoute } from "./TokenRequest.ts"

const audience = "https://oauth2.googleapis.com/token"

const granted = ({ issuer, now }: TokenRequest, more: Json.JsonObject = {}): TokenResponse => {
  const { expiresIn, token } = issuer.token("google", now)
  return json(200, { access_token: token, expires_in: expiresIn, token_type: "Bearer", ...more })
}

const invalidGrant = (description: string): TokenResponse => oauthError(400, "invalid_grant", description)

const partOf = (part: string | undefined): Json.JsonObject =>
  Json.object(Option.getOrUndefined(Json.parse(Buffer.from(part ?? "", "base64url").toString())))

const isSigned = (publicKey: string, input: string, signature: string): boolean => {
  try {
    return verify("sha256", Buffer.from(input), createPublicKey(publicKey), Buffer.from(signature, "base64url"))
  } catch {
    return false
  }
}

/** The tolerated difference between the clocks, in seconds. */
const tolerance = 600

const withAssertion = (request: TokenRequest): TokenResponse => {
  const { google } = request.identity
  const [header, claims, signature] = (request.form.get("assertion") ?? "").split(".")
  const { aud, exp, iat, iss, scope } = partOf(claims)
  if (google?.publicKey === undefined || iss !== google.clientEmail) {
    return invalidGrant("Invalid grant: account not found")
  }
  if (partOf(header)["alg"] !== "RS256" || !isSigned(google.publicKey, `${header}.${claims}`, signature ?? "")) {
    return invalidGrant("Invalid JWT Signature.")
  }
  if (aud !== audience) return invalidGrant("Invalid JWT: Failed audience check.")
  if (typeof scope !== "string" || scope === "") {
    return oauthError(400, "invalid_scope", "Invalid OAuth scope or ID token audience provided.")
  }
  const now = request.now / 1000
  const isTimely = typeof iat === "number" && typeof exp === "number" &&
    exp - iat <= 3600 && iat < now + tolerance && exp > now - tolerance
  return isTimely
    ? granted(request)
    : invalidGrant(
      "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. Check your iat and exp values in the JWT claim."
    )
}

const withRefreshToken = (request: TokenRequest): TokenResponse => {
  const { form, identity: { google } } = request
  const { user } = google ?? {}
  if (
    user === undefined || form.get("client_id") !== user.clientId || form.get("client_secret") !== user.clientSecret
  ) {
    return oauthError(401, "invalid_client", "The provided client secret is invalid.")
  }
  return form.get("refresh_token") === user.refreshToken
    ? granted(request)
    : invalidGrant("Token has been expired or revoked.")
}

const exchange = (request: TokenRequest): TokenResponse => {
  const { form, identity: { google } } = request
  return google?.subjectToken !== undefined && form.get("subject_token") === google.subjectToken
    ? granted(request, { issued_token_type: "urn:ietf:params:oauth:token-type:access_token" })
    : oauthError(400, "invalid_grant", "The given credential is rejected by the attribute condition.")
}

const token = (request: TokenRequest): TokenResponse => {
  switch (request.form.get("grant_type")) {
    case "urn:ietf:params:oauth:grant-type:jwt-bearer":
      return withAssertion(request)
    case "refresh_token":
      return withRefreshToken(request)
    case "urn:ietf:params:oauth:grant-type:token-exchange":
      return exchange(request)
    default:
      return oauthError(400, "unsupported_grant_type", "Invalid grant_type")
  }
}

const flavor = { "metadata-flavor": "Google" }

/** Responds as the metadata server. A request without its header may have been forged by a website. */
const metadata = (request: TokenRequest): TokenResponse => {
  if (request.headers["metadata-flavor"] !== "Google") return text(403, "Missing Metadata-Flavor:Google header.")
  if (request.path.endsWith("/token")) {
    const { body, status } = granted(request)
    return { status, body, headers: { "content-type": "application/json", ...flavor } }
  }
  if (request.path.endsWith("/email")) {
    return text(200, request.identity.google?.clientEmail ?? "simulated@developer.gserviceaccount.com", flavor)
  }
  return request.path.endsWith("/project-id")
    ? text(200, "simulated-project", flavor)
    : text(200, "simulated\n", flavor)
}

const onlyGoogle =
  (respond: (request: TokenRequest) => TokenResponse) => (request: TokenRequest): TokenResponse | undefined =>
    request.identity.google === undefined ? undefined : respond(request)

/** The token endpoints. */
export const routes: ReadonlyArray<TokenRoute> = [
  { method: "POST", path: /^\/(v1\/)?token$/, respond: onlyGoogle(token) },
  { method: "GET", path: /^\/computeMetadata\/v1\/.*\/token$/, respond: onlyGoogle(metadata) },
  { method: "GET", path: /^\/computeMetadata\/v1(\/|$)/, isPreliminary: true, respond: onlyGoogle(metadata) }
]
