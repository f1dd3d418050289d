#include "net/certificate.h"

#include <cstdio>
#include <unistd.h>

#include <gtest/gtest.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

namespace tocsin::net {
namespace {

void add_extension(X509* cert, int kind, const std::string& value) {
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, nullptr, kind, value.c_str());
  X509_add_ext(cert, extension, -1);
  X509_EXTENSION_free(extension);
}

std::string fresh_path(const char* what) {
  static int count = 0;
  return testing::TempDir() + "tocsin_" + what + "_" + std::to_string(::getpid()) + "_" +
         std::to_string(++count) + ".pem";
}

}  // namespace

Certificate::Certificate(const std::string& name)
    : key_(EVP_EC_gen("P-256")),
      cert_(X509_new()),
      server_(SSL_CTX_new(TLS_server_method())),
      cert_file_(fresh_path("cert")),
      key_file_(fresh_path("key")) {
  make(name);
  write_files();
  SSL_CTX_use_certificate(server_.get(), cert_.get());
  SSL_CTX_use_PrivateKey(server_.get(), key_.get());
}

Certificate::~Certificate() {
  std::remove(cert_file_.c_str());
  std::remove(key_file_.c_str());
}

void Certificate::make(const std::string& name) {
  constexpr long kDay = 24 * 3600;
  X509* cert = cert_.get();
  X509_set_version(cert, X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(cert), 1);
  X509_gmtime_adj(X509_getm_notBefore(cert), -kDay);
  X509_gmtime_adj(X509_getm_notAfter(cert), kDay);
  X509_NAME* subject = X509_get_subject_name(cert);
  X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
  X509_set_issuer_name(cert, subject);
  X509_set_pubkey(cert, key_.get());
  add_extension(cert, NID_subject_alt_name, "DNS:" + name);
  add_extension(cert, NID_basic_constraints, "critical,CA:TRUE");
  X509_sign(cert, key_.get(), EVP_sha256());
}

void Certificate::write_files() {
  std::FILE* cert = std::fopen(cert_file_.c_str(), "w");
  std::FILE* key = std::fopen(key_file_.c_str(), "w");
  PEM_write_X509(cert, cert_.get());
  PEM_write_PrivateKey(key, key_.get(), nullptr, nullptr, 0, nullptr, nullptr);
  std::fclose(cert);
  std::fclose(key);
}

void Certificate::demand_client_certificate() {
  SSL_CTX_load_verify_file(server_.get(), cert_file_.c_str());
  SSL_CTX_set_verify(server_.get(), SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
}

}  // namespace tocsin::net
