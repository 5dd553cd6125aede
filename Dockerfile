# The bot in one image: docs/install.md says how to build and run it.

FROM python:3.13-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/coherence
WORKDIR /source
COPY requirements.lock ./
RUN /opt/coherence/bin/pip install --require-hashes -r requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY bot bot
COPY handlers handlers
COPY coherence coherence
COPY storage storage
COPY sandbox sandbox
RUN /opt/coherence/bin/pip install --no-deps --no-build-isolation .

FROM python:3.13-slim
RUN useradd --system --uid 10001 --no-create-home coherence \
  && install --directory --owner coherence --mode 0700 /data
COPY --from=build /opt/coherence /opt/coherence
ENV PATH=/opt/coherence/bin:$PATH \
  PYTHONUNBUFFERED=1 \
  DATABASE_URL=sqlite:////data/coherence.db \
  COHERENCE_HOST=0.0.0.0 \
  COHERENCE_PORT=8080 \
  COHERENCE_LOG_FORMAT=json
USER 10001
WORKDIR /data
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
  CMD ["python", "-c", "import os, urllib.request as r; r.urlopen(f'http://127.0.0.1:{os.environ[\"COHERENCE_PORT\"]}/health', timeout=4)"]
ENTRYPOINT ["coherence"]
CMD ["run"]
