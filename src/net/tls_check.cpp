// Looks at certificates and keys before a connection needs them.
#include <memory>

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "model/error.h"
#include "net/http.h"

namespace tocsin::net {
namespace {

struct Free {
  void operator()(BIO* bio) const { BIO_free(bio); }
  void operator()(X509* certificate) const { X509_free(certificate); }
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
template <class T>
using Held = std::unique_ptr<T, Free>;

Held<BIO> memory_of(const std::string& pem) {
  return Held<BIO>(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
}

/// OpenSSL would ask on the terminal.
int no_passphrase(char*, int, int, void*) { return 0; }

Held<X509> certificate_of(const std::string& pem) {
  return Held<X509>(PEM_read_bio_X509(memory_of(pem).get(), nullptr, no_passphrase, nullptr));
}

Held<EVP_PKEY> key_of(const std::string& pem) {
  return Held<EVP_PKEY>(
      PEM_read_bio_PrivateKey(memory_of(pem).get(), nullptr, no_passphrase, nullptr));
}

/// The text, or that of the file. Throws Error.
std::string pem_of(const std::string& text, const std::string& file) {
  constexpr std::size_t kMost = std::size_t{4} << 20;
  return file.empty() ? text : read_whole(file, "the file", kMost);
}

std::string named(std::string_view key, const std::string& file) {
  return file.empty() ? std::string(key) : fmt::format("{}_file {}", key, file);
}

std::string client_problem(const TlsSettings& settings) {
  const bool has_cert = !settings.cert.empty() || !settings.cert_file.empty();
  const bool has_key = !settings.key.empty() || !settings.key_file.empty();
  if (!has_cert || !has_key) return "";
  const auto certificate = certificate_of(pem_of(settings.cert, settings.cert_file));
  if (!certificate) {
    return fmt::format("{} holds no certificate in PEM", named("cert", settings.cert_file));
  }
  const auto key = key_of(pem_of(settings.key, settings.key_file));
  if (!key) {
    return fmt::format("{} holds no key in PEM that can be used without a password",
                       named("key", settings.key_file));
  }
  if (X509_check_private_key(certificate.get(), key.get()) == 1) return "";
  return fmt::format("{} is not the key of {}", named("key", settings.key_file),
                     named("cert", settings.cert_file));
}

std::string problem(const TlsSettings& settings) {
  const bool has_ca = !settings.ca.empty() || !settings.ca_file.empty();
  if (has_ca && !certificate_of(pem_of(settings.ca, settings.ca_file))) {
    return fmt::format("{} holds no certificate in PEM", named("ca", settings.ca_file));
  }
  return client_problem(settings);
}

}  // namespace

std::string problem_of(const TlsSettings& settings) {
  try {
    std::string what = problem(settings);
    ERR_clear_error();
    return what;
  } catch (const Error& error) {
    return error.what();
  }
}

}  // namespace tocsin::net
