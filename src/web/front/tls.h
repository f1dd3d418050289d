// TLS as the server side of it: what is configured, made into a context of OpenSSL.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <openssl/types.h>

namespace tocsin::web {

/// What Go calls ClientAuthType.
enum class ClientAuth { None, Request, RequireAny, VerifyIfGiven, RequireAndVerify };

/// PEM text, inline or in a file that is read when a context is made.
struct Pem {
  std::string text;
  std::string file;

  bool empty() const { return text.empty() && file.empty(); }
};

struct TlsServerSettings {
  Pem certificate;
  Pem key;
  Pem client_ca;
  ClientAuth client_auth = ClientAuth::None;
  std::vector<std::string> client_allowed_sans;  ///< empty: any
  int min_version = 0x0303;                      ///< as on the wire; 1.2
  int max_version = 0x0304;                      ///< 1.3
  std::vector<std::string> ciphers;              ///< OpenSSL's names, of TLS 1.2 and before
  std::vector<std::string> curves;               ///< OpenSSL's names
  bool prefer_server_ciphers = true;
};

/// What connections are made from. It stays as it is while connections use it.
class TlsContext {
 public:
  /// Throws Error when a file cannot be read or something does not fit together.
  explicit TlsContext(TlsServerSettings settings);
  ~TlsContext();
  TlsContext(const TlsContext&) = delete;
  TlsContext& operator=(const TlsContext&) = delete;

  SSL_CTX* get() const { return context_; }
  /// Of settings.client_allowed_sans. Called by OpenSSL's verification.
  bool allows(X509* certificate) const;
  const TlsServerSettings& settings() const { return settings_; }

 private:
  void set_up();
  void load_certificate();
  void load_client_auth();

  TlsServerSettings settings_;
  SSL_CTX* context_;
};

/// OpenSSL's name for a cipher suite as Go calls it, "" when there is none.
std::string cipher_of(const std::string& name);
/// OpenSSL's name for a curve as Go calls it ("CurveP256", "X25519"), "" when there is none.
std::string curve_of(const std::string& name);

}  // namespace tocsin::web
