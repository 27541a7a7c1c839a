/**
 * Failures of the network.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { discreet, errorContext, sentence } from "./ErrorContext.ts"

/** The codes of OpenSSL and Node.js for a certificate that is not accepted. The next handshake would fail too. */
const certificateCodes: ReadonlySet<string> = new Set([
  "CERT_CHAIN_TOO_LONG",
  "CERT_HAS_EXPIRED",
  "CERT_NOT_YET_VALID",
  "CERT_REJECTED",
  "CERT_REVOKED",
  "CERT_SIGNATURE_FAILURE",
  "CERT_UNTRUSTED",
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "ERROR_IN_CERT_NOT_AFTER_FIELD",
  "ERROR_IN_CERT_NOT_BEFORE_FIELD",
  "ERR_TLS_CERT_ALTNAME_FORMAT",
  "ERR_TLS_CERT_ALTNAME_INVALID",
  "HOSTNAME_MISMATCH",
  "INVALID_CA",
  "INVALID_PURPOSE",
  "PATH_LENGTH_EXCEEDED",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY",
  "UNABLE_TO_DECRYPT_CERT_SIGNATURE",
  "UNABLE_TO_GET_ISSUER_CERT",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE"
])

const isCertificateCode = (code: string | undefined): boolean => code !== undefined && certificateCodes.has(code)

/**
 * The connection was refused, reset or never made, or the server's certificate was not accepted. `code` is the
 * system's (`ECONNREFUSED`, `ENOTFOUND`, `CERT_HAS_EXPIRED`, …).
 *
 * @category errors
 * @since 0.1.0
 */
export class ConnectionError extends discreet(Schema.TaggedError<ConnectionError>()("ConnectionError", errorContext)) {
  /** Whether the same request may succeed when it is sent again: `true`, except where a certificate is not accepted. */
  get isRetryable(): boolean {
    return !isCertificateCode(this.code)
  }

  override get message(): string {
    if (isCertificateCode(this.code)) {
      return sentence(
        this,
        "has a certificate that is not accepted",
        "Check the base URL, or trust the issuer with NODE_EXTRA_CA_CERTS."
      )
    }
    return sentence(this, "could not be reached", "Check the network, the base URL and the proxy settings.")
  }
}
