# docker build -t tcpcheck . && docker run --rm tcpcheck why two-way
# The page: docker run --rm --network host tcpcheck serve
FROM golang:1.26 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN CGO_ENABLED=0 go build -trimpath -ldflags "-s -w" -o /tcpcheck ./cmd/tcpcheck

FROM scratch
COPY --from=build /tcpcheck /tcpcheck
USER 65534:65534
ENTRYPOINT ["/tcpcheck"]
