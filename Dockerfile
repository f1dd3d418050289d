# Tocsin's image: docker build -t tocsin:0.1.0 .
FROM debian:12-slim AS build
WORKDIR /project
COPY scripts/bootstrap scripts/bootstrap
RUN scripts/bootstrap --run
COPY . .
RUN cmake --preset release -DTOCSIN_UNITY=ON -DTOCSIN_TESTS=OFF \
 && cmake --build --preset release --target tocsin \
 && strip --strip-unneeded -o /tocsin build/release/tocsin

FROM debian:12-slim
RUN apt-get update \
 && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
      ca-certificates tzdata \
      libcurl4 libdate-tz3 libfmt9 libjemalloc2 libre2-9 libsimdjson14 libsnappy1v5 \
      libspdlog1.10 libsqlite3-0 libssl3 libyaml-cpp0.7 \
 && rm -rf /var/lib/apt/lists/* \
 && install -d -o 65532 -g 65532 -m 0700 /var/lib/tocsin
COPY --from=build /tocsin /usr/local/bin/tocsin
COPY config.example.yaml /etc/tocsin/config.yaml
COPY rules/*.yaml /etc/tocsin/rules/
# Fails the build when a library is missing.
RUN ["tocsin", "--version"]

USER 65532:65532
VOLUME /var/lib/tocsin
HEALTHCHECK --interval=15s --timeout=6s CMD ["tocsin", "health"]
ENTRYPOINT ["tocsin"]
CMD ["run", "--config.file=/etc/tocsin/config.yaml", "--storage.path=/var/lib/tocsin"]
