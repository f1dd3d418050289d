// A self-signed certificate made on the spot, for servers that speak TLS.
#pragma once

#include <memory>
#include <string>

#include <openssl/ssl.h>

namespace tocsin::net {

class Certificate {
 public:
  /// For a server of this name; not valid for 127.0.0.1.
  explicit Certificate(const std::string& name);
  ~Certificate();
  Certificate(const Certificate&) = delete;
  Certificate& operator=(const Certificate&) = delete;

  /// PEM files that are gone with this object.
  const std::string& cert_file() const { return cert_file_; }
  const std::string& key_file() const { return key_file_; }

  /// For Connection::start_tls.
  SSL_CTX* server() const { return server_.get(); }
  /// From now on only clients that show this very certificate are served.
  void demand_client_certificate();

 private:
  struct Free {
    void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
    void operator()(X509* cert) const { X509_free(cert); }
    void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
  };
  void make(const std::string& name);
  void write_files();

  std::unique_ptr<EVP_PKEY, Free> key_;
  std::unique_ptr<X509, Free> cert_;
  std::unique_ptr<SSL_CTX, Free> server_;
  std::string cert_file_;
  std::string key_file_;
};

}  // namespace tocsin::net
