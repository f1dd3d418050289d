// Certificates for tests, made by the openssl program: an authority, a server and two clients.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>

namespace tocsin::testing {

/// A folder with ca, server (127.0.0.1, localhost), client (SAN DNS:anna) and stranger (of no
/// authority), each NAME.crt and NAME.key.
class Certificates {
 public:
  Certificates() {
    std::string name = (std::filesystem::temp_directory_path() / "tocsin-certificates-XXXXXX");
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
    folder_ = name;
    self_signed("ca", "/CN=Tocsin's tests");
    self_signed("stranger", "/CN=stranger");
    signed_by_ca("server", "IP:127.0.0.1,DNS:localhost");
    signed_by_ca("client", "DNS:anna");
  }
  ~Certificates() { std::filesystem::remove_all(folder_); }
  Certificates(const Certificates&) = delete;
  Certificates& operator=(const Certificates&) = delete;

  std::string file(const std::string& name) const { return folder_ / name; }
  std::string text(const std::string& name) const {
    std::ifstream in(folder_ / name);
    return {std::istreambuf_iterator<char>(in), {}};
  }

 private:
  static constexpr const char* kKey = " -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes ";

  void run(const std::string& command) {
    const std::string whole = "cd " + folder_.string() + " && openssl " + command + " 2>log";
    if (std::system(whole.c_str()) != 0) throw std::runtime_error(command + ": " + text("log"));
  }
  void self_signed(const std::string& name, const std::string& subject) {
    run("req -x509 -days 2" + std::string(kKey) + "-keyout " + name + ".key -out " + name +
        ".crt -subj \"" + subject + "\"");
  }
  void signed_by_ca(const std::string& name, const std::string& sans) {
    run("req -new" + std::string(kKey) + "-keyout " + name + ".key -out " + name +
        ".csr -subj /CN=" + name + " -addext subjectAltName=" + sans);
    run("x509 -req -days 2 -in " + name +
        ".csr -CA ca.crt -CAkey ca.key -CAcreateserial -copy_extensions copy -out " + name +
        ".crt");
  }

  std::filesystem::path folder_;
};

}  // namespace tocsin::testing
