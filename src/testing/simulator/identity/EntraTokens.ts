/**
 * The token endpoints of Microsoft Entra ID: for applications, and for the managed identities of its machines and App
 * Service.
 *
 * @see https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow
 * @see https://learn.microsoft.com/entra/identity/managed-identities-azure-resources/how-to-use-vm-token
 * @see https://learn.microsoft.com/azure/app-service/overview-managed-identity
 */
import { json, oauthError, type TokenRequest, type TokenResponse, type TokenRoute } from "./TokenRequest.ts"

const scope = /^https:\/\/[\w.-]+\/\.default$/
const assertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

const token = (request: TokenRequest): TokenResponse | undefined => {
  const { form, identity: { entra }, issuer, now, path } = request
  if (entra === undefined) return undefined
  if (path.split("/")[1] !== entra.tenantId) {
    return oauthError(
      400,
      "invalid_request",
      "AADSTS90002: Tenant not found. Check to make sure you have the correct tenant ID."
    )
  }
  if (form.get("grant_type") !== "client_credentials") {
    return oauthError(400, "unsupported_grant_type", "AADSTS70003: The app requested an unsupported grant type.")
  }
  if (form.get("client_id") !== entra.clientId) {
    return oauthError(400, "unauthorized_client", "AADSTS700016: Application was not found in the directory.")
  }
  const requested = (form.get("scope") ?? "").split(" ")[0] ?? ""
  if (!scope.test(requested)) {
    return oauthError(400, "invalid_scope", "AADSTS1002012: The provided value for scope is not valid.")
  }
  if (entra.scope !== undefined && requested !== entra.scope) {
    return oauthError(400, "invalid_resource", "AADSTS500011: The resource principal was not found in the tenant.")
  }
  const secret = form.get("client_secret")
  const assertion = form.get("client_assertion")
  const isKnown = secret === null
    ? assertion !== null && assertion === entra.assertion && form.get("client_assertion_type") === assertionType
    : secret === entra.clientSecret
  if (!isKnown) {
    return oauthError(
      401,
      "invalid_client",
      secret === null
        ? "AADSTS700213: No matching federated identity record found for presented assertion."
        : "AADSTS7000215: Invalid client secret provided."
    )
  }
  const issued = issuer.token("entra", now)
  return json(200, {
    token_type: "Bearer",
    expires_in: issued.expiresIn,
    ext_expires_in: issued.expiresIn,
    access_token: issued.token
  })
}

const configuration = ({ identity: { entra }, origin, path }: TokenRequest): TokenResponse | undefined => {
  const [, tenant = ""] = path.split("/")
  return entra === undefined ? undefined : json(200, {
    issuer: `${origin}/${tenant}/v2.0`,
    authorization_endpoint: `${origin}/${tenant}/oauth2/v2.0/authorize`,
    token_endpoint: `${origin}/${tenant}/oauth2/v2.0/token`,
    jwks_uri: `${origin}/${tenant}/discovery/v2.0/keys`
  })
}

const managed = (
  { headers, identity: { entra }, issuer, now, path, query }: TokenRequest
): TokenResponse | undefined => {
  if (entra === undefined) return undefined
  const isApp = path.startsWith("/msi/")
  if (isApp ? headers["x-identity-header"] !== (entra.identityHeader ?? "") : headers["metadata"] !== "true") {
    return oauthError(isApp ? 401 : 400, "invalid_request", "Required metadata header not specified")
  }
  const resource = query.get("resource")
  const client = query.get("client_id")
  if (resource === null || resource === "")
    return oauthError(400, "invalid_request", "Required parameter resource is missing")
  if (client !== null && client !== entra.clientId) return oauthError(400, "invalid_request", "Identity not found")
  const issued = issuer.token("entra", now)
  return json(200, {
    access_token: issued.token,
    client_id: entra.clientId,
    expires_in: String(issued.expiresIn),
    expires_on: String(Math.floor(now / 1000) + issued.expiresIn),
    not_before: String(Math.floor(now / 1000)),
    resource,
    token_type: "Bearer"
  })
}

/** The token endpoints. */
export const routes: ReadonlyArray<TokenRoute> = [
  { method: "POST", path: /^\/[^/]+\/oauth2\/v2\.0\/token$/, respond: token },
  {
    method: "GET",
    path: /^\/[^/]+\/v2\.0\/\.well-known\/openid-configuration$/,
    isPreliminary: true,
    respond: configuration
  },
  { method: "GET", path: /^\/metadata\/identity\/oauth2\/token\/?$|^\/msi\/token\/?$/, respond: managed }
]
