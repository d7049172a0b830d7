# aiready as an image: docker run --rm -v "$PWD:/src:ro" aiready audit
FROM python:3.13.3-slim@sha256:914bf5c12ea40a97a78b2bff97fbdb766cc36ec903bfb4358faf2b74d73b555b AS build
WORKDIR /build
RUN python -m venv /opt/build && /opt/build/bin/pip install --no-cache-dir "build>=1.2"
COPY . .
RUN /opt/build/bin/python -m build --wheel --outdir /dist .
RUN python -m venv /opt/aiready && /opt/aiready/bin/pip install --no-cache-dir /dist/*.whl

FROM python:3.13.3-slim@sha256:914bf5c12ea40a97a78b2bff97fbdb766cc36ec903bfb4358faf2b74d73b555b
RUN apt-get update && apt-get install --yes --no-install-recommends git && rm -rf /var/lib/apt/lists/*
# What is mounted belongs to somebody else, which git would refuse to read.
RUN git config --system --add safe.directory /src && useradd --create-home --uid 10001 aiready
COPY --from=build /opt/aiready /opt/aiready
ENV PATH=/opt/aiready/bin:$PATH PYTHONDONTWRITEBYTECODE=1
USER aiready
WORKDIR /src
ENTRYPOINT ["aiready"]
CMD ["--help"]
