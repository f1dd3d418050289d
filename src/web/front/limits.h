// How much anyone may ask of the server, and how long it waits for whom.
#pragma once

#include <chrono>
#include <cstddef>

namespace tocsin::web {

inline constexpr std::size_t kKiB = 1024;
inline constexpr std::size_t kMiB = 1024 * kKiB;

struct Limits {
  // One request. Beyond: 414, 431, 431, 413.
  std::size_t target = 32 * kKiB;  ///< bytes of the URL
  std::size_t head = 64 * kKiB;    ///< bytes of the request line and all headers
  std::size_t headers = 100;
  std::size_t body = 64 * kMiB;  ///< as sent and as unpacked

  // All of them. Beyond: the longest idle connection is closed, or else the new one is told 503.
  std::size_t connections = 10'000;  ///< at most what the system's file limit has room for
  std::size_t connections_per_client = 8'000;  ///< of one address (IPv6: of one /64)
  std::size_t request_memory = 256 * kMiB;     ///< for requests that are not complete. Beyond: 503
  std::size_t answer_memory = 512 * kMiB;      ///< for answers not yet fetched. Beyond: 503
  std::size_t waiting = 1'024;                 ///< requests for a worker, of each kind. Beyond: 503
  std::size_t get_concurrency = 0;             ///< GETs worked on at once; 0: cores, 8 at least

  // Waiting for a client. Beyond: 408, or the connection is closed.
  std::chrono::milliseconds handshake_time{10'000};
  std::chrono::milliseconds idle_time{300'000};  ///< between requests
  std::chrono::milliseconds head_time{15'000};   ///< from the first byte of a request to its head
  std::chrono::milliseconds body_time{120'000};  ///< for the rest of it
  std::chrono::milliseconds stall_time{30'000};  ///< during which not a byte of an answer goes out
  std::chrono::milliseconds answer_time{600'000};  ///< for a whole answer
  std::chrono::milliseconds linger_time{5'000};    ///< for a refused client to take the refusal
  // Waiting for ourselves.
  std::chrono::milliseconds timeout{0};        ///< for a handler. Beyond: 503. 0: none
  std::chrono::milliseconds stop_time{5'000};  ///< for requests under way when the server stops
};

}  // namespace tocsin::web
