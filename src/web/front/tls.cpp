#include "web/front/tls.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "model/error.h"

namespace tocsin::web {
namespace {

using Bio = std::unique_ptr<BIO, decltype(&BIO_free)>;
using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;
using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;

std::string last_error() {
  std::array<char, 256> text{};
  const unsigned long code = ERR_peek_last_error();
  ERR_error_string_n(code, text.data(), text.size());
  ERR_clear_error();
  return code == 0 ? "there is none in it" : text.data();
}

std::string name_of(const Pem& pem, std::string_view what) {
  return pem.file.empty() ? fmt::format("the {} given inline", what)
                          : fmt::format("{} {}", what, pem.file);
}

std::string read(const Pem& pem, std::string_view what) {
  if (pem.file.empty()) return pem.text;
  std::ifstream file(pem.file, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(file), {}};
  if (!file.is_open() || file.bad()) {
    throw Error(fmt::format("the {} {} cannot be read", what, pem.file));
  }
  return text;
}

/// The certificates of a PEM text, in order; at least one.
std::vector<Certificate> certificates_of(const Pem& pem, std::string_view what) {
  const std::string text = read(pem, what);
  const Bio bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())), BIO_free);
  std::vector<Certificate> all;
  while (X509* next = PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr)) {
    all.emplace_back(next, X509_free);
  }
  if (all.empty()) {
    throw Error(
        fmt::format("{} holds no certificate in PEM form: {}", name_of(pem, what), last_error()));
  }
  ERR_clear_error();  // the one that said that there are no more
  return all;
}

/// Without this OpenSSL would ask the terminal for the password of an encrypted key.
int no_password(char*, int, int, void*) { return -1; }

/// Takes any certificate: whether it is trusted is not asked.
int accept_any(int, X509_STORE_CTX*) { return 1; }

std::string san_text(const GENERAL_NAME& name) {
  if (name.type == GEN_DNS || name.type == GEN_EMAIL || name.type == GEN_URI) {
    const ASN1_IA5STRING* text = name.d.ia5;
    return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
            static_cast<std::size_t>(ASN1_STRING_length(text))};
  }
  if (name.type != GEN_IPADD) return "";
  const int size = ASN1_STRING_length(name.d.iPAddress);
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (size != 4 && size != 16) return "";
  inet_ntop(size == 4 ? AF_INET : AF_INET6, ASN1_STRING_get0_data(name.d.iPAddress), text.data(),
            text.size());
  return text.data();
}

std::string joined(const std::vector<std::string>& names) {
  return fmt::format("{}", fmt::join(names, ":"));
}

}  // namespace

TlsContext::TlsContext(TlsServerSettings settings)
    : settings_(std::move(settings)), context_(SSL_CTX_new(TLS_server_method())) {
  if (context_ == nullptr) throw Error("OpenSSL makes no context: " + last_error());
  try {
    set_up();
    load_certificate();
    load_client_auth();
  } catch (...) {
    SSL_CTX_free(context_);
    throw;
  }
}

TlsContext::~TlsContext() { SSL_CTX_free(context_); }

void TlsContext::set_up() {
  SSL_CTX_set_mode(context_, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                 SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_options(context_, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION);
  // Browsers and others end without saying so; lengths tell us whether something is missing.
  SSL_CTX_set_options(context_, SSL_OP_IGNORE_UNEXPECTED_EOF);
  if (settings_.prefer_server_ciphers) {
    SSL_CTX_set_options(context_, SSL_OP_CIPHER_SERVER_PREFERENCE);
  }
  SSL_CTX_set_min_proto_version(context_, settings_.min_version);
  SSL_CTX_set_max_proto_version(context_, settings_.max_version);
  if (!settings_.ciphers.empty() &&
      SSL_CTX_set_cipher_list(context_, joined(settings_.ciphers).c_str()) != 1) {
    throw Error("OpenSSL takes none of the cipher_suites: " + last_error());
  }
  if (!settings_.curves.empty() &&
      SSL_CTX_set1_groups_list(context_, joined(settings_.curves).c_str()) != 1) {
    throw Error("OpenSSL does not take the curve_preferences: " + last_error());
  }
}

void TlsContext::load_certificate() {
  const std::vector<Certificate> chain = certificates_of(settings_.certificate, "certificate");
  if (SSL_CTX_use_certificate(context_, chain.front().get()) != 1) {
    throw Error(name_of(settings_.certificate, "certificate") + " is not taken: " + last_error());
  }
  for (std::size_t i = 1; i < chain.size(); ++i) SSL_CTX_add1_chain_cert(context_, chain[i].get());

  const std::string text = read(settings_.key, "key");
  const Bio bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())), BIO_free);
  const Key key(PEM_read_bio_PrivateKey(bio.get(), nullptr, no_password, nullptr), EVP_PKEY_free);
  if (!key) {
    throw Error(fmt::format("{} holds no key in PEM form without a password: {}",
                            name_of(settings_.key, "key"), last_error()));
  }
  if (SSL_CTX_use_PrivateKey(context_, key.get()) != 1) {
    throw Error(fmt::format("{} does not belong to {}: {}", name_of(settings_.key, "key"),
                            name_of(settings_.certificate, "certificate"), last_error()));
  }
}

void TlsContext::load_client_auth() {
  // Sessions that are resumed must have come from this context.
  constexpr std::string_view kName = "tocsin";
  SSL_CTX_set_session_id_context(context_, reinterpret_cast<const unsigned char*>(kName.data()),
                                 static_cast<unsigned>(kName.size()));
  if (!settings_.client_ca.empty()) {
    for (const Certificate& ca : certificates_of(settings_.client_ca, "client CA")) {
      X509_STORE_add_cert(SSL_CTX_get_cert_store(context_), ca.get());
      SSL_CTX_add_client_CA(context_, ca.get());
    }
  }
  switch (settings_.client_auth) {
    case ClientAuth::None:
      SSL_CTX_set_verify(context_, SSL_VERIFY_NONE, nullptr);
      break;
    case ClientAuth::Request:
      SSL_CTX_set_verify(context_, SSL_VERIFY_PEER, accept_any);
      break;
    case ClientAuth::RequireAny:
      SSL_CTX_set_verify(context_, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, accept_any);
      break;
    case ClientAuth::VerifyIfGiven:
      SSL_CTX_set_verify(context_, SSL_VERIFY_PEER, nullptr);
      break;
    case ClientAuth::RequireAndVerify:
      SSL_CTX_set_verify(context_, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
      break;
  }
}

bool TlsContext::allows(X509* certificate) const {
  const std::vector<std::string>& allowed = settings_.client_allowed_sans;
  if (allowed.empty()) return true;
  if (certificate == nullptr) return false;
  const std::unique_ptr<GENERAL_NAMES, decltype(&GENERAL_NAMES_free)> names(
      static_cast<GENERAL_NAMES*>(
          X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)),
      GENERAL_NAMES_free);
  for (int i = 0; i < sk_GENERAL_NAME_num(names.get()); ++i) {
    const std::string text = san_text(*sk_GENERAL_NAME_value(names.get(), i));
    if (!text.empty() && std::find(allowed.begin(), allowed.end(), text) != allowed.end()) {
      return true;
    }
  }
  return false;
}

std::string cipher_of(const std::string& name) {
  // OpenSSL's table has the names of the RFCs; Go's shorter ones for two of them came first.
  const bool shortened = name.ends_with("_CHACHA20_POLY1305");
  const std::string standard = shortened ? name + "_SHA256" : name;
  const std::string found = OPENSSL_cipher_name(standard.c_str());
  return found == "(NONE)" ? "" : found;
}

std::string curve_of(const std::string& name) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 4> kCurves = {
      {{"CurveP256", "P-256"},
       {"CurveP384", "P-384"},
       {"CurveP521", "P-521"},
       {"X25519", "X25519"}}};
  for (const auto& [go, openssl] : kCurves) {
    if (go == name) return std::string(openssl);
  }
  return "";
}

}  // namespace tocsin::web
