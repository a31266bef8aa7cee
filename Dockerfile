# syntax=docker/dockerfile:1

FROM golang:1.26 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
# Static: no C library is in the image below. The time zones are in the binary.
RUN CGO_ENABLED=0 go build -trimpath -ldflags='-s -w' -o /out/helptic . \
    && mkdir /out/data

# Certificates of the authorities, an account that is not root, and no shell.
FROM gcr.io/distroless/static-debian12:nonroot
COPY --from=build /out/helptic /usr/local/bin/helptic
# A new named volume takes its owner from here; a folder of the host that is
# mounted instead must belong to 65532.
COPY --from=build --chown=65532:65532 /out/data /var/lib/helptic
ENV DATA_DIR=/var/lib/helptic \
    HTTP_ADDR=0.0.0.0:8080
VOLUME /var/lib/helptic
EXPOSE 8080
# No HEALTHCHECK: it would need a program in the image that asks over HTTP, and an
# orchestrator asks /healthz (alive) and /readyz (ready for events) from outside.
# The web chat has no passwords: on this address it starts only with WEB_CHAT=on.
ENTRYPOINT ["/usr/local/bin/helptic"]
CMD ["serve"]
