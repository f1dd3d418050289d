#include "cli/cli.h"

/// How jemalloc, where it is linked, keeps the heap; MALLOC_CONF in the environment goes on from
/// here. One heap for all threads, as alerts, messages and answers pass from one to another and
/// what each has at hand for small things spares it the lock; what is free goes back to the system
/// within seconds.
extern "C" {
extern const char* malloc_conf;
const char* malloc_conf = "narenas:1,dirty_decay_ms:2000";
}

int main(int argc, char** argv) { return tocsin::cli::main(argc, argv); }
