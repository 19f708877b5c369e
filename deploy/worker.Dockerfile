# syntax=docker/dockerfile:1.7
# The generate worker; it holds no Discord token. Two targets:
#   cpu  (default)  CPU and WebGPU (Vulkan) providers, both bundled with onnxruntime-node
#   cuda            NVIDIA's runtime with the CUDA and TensorRT providers added
# Build from the repository's root: docker build -f deploy/worker.Dockerfile --target cuda -t easel-worker:cuda .
FROM node:20.20.2-bookworm-slim AS build
WORKDIR /app
ENV ONNXRUNTIME_NODE_INSTALL=skip
COPY package.json package-lock.json .npmrc ./
RUN npm ci --no-audit --no-fund
COPY tsconfig.json ./
COPY src ./src
COPY commands ./commands
COPY workers ./workers
# The compiler stays behind as somebody's optional peer.
RUN npm run build && npm prune --omit=dev && rm -rf node_modules/typescript node_modules/@typescript

# The CUDA and TensorRT providers come from outside npm; this stage alone needs that host.
FROM build AS build-cuda
RUN ONNXRUNTIME_NODE_INSTALL=true node node_modules/onnxruntime-node/script/install

FROM nvidia/cuda:12.8.1-cudnn-runtime-ubuntu24.04 AS cuda
ENV NODE_ENV=production EASEL_DATA_DIR=/data EASEL_HEALTH_PORT=9090 EASEL_HEALTH_HOST=0.0.0.0 EASEL_PROVIDER=cuda
COPY --from=build /usr/local/bin/node /usr/local/bin/node
WORKDIR /app
COPY --from=build-cuda --chown=root:root /app/package.json ./
COPY --from=build-cuda --chown=root:root /app/node_modules ./node_modules
COPY --from=build-cuda --chown=root:root /app/dist ./dist
COPY --chown=root:root models/miniature ./models/miniature
RUN install -d -o 1000 -g 1000 /data
USER 1000:1000
VOLUME /data
EXPOSE 9090
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=120s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:9090/healthz').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "dist/src/main.js"]
CMD ["worker"]

FROM node:20.20.2-bookworm-slim AS cpu
ENV NODE_ENV=production EASEL_DATA_DIR=/data EASEL_HEALTH_PORT=9090 EASEL_HEALTH_HOST=0.0.0.0 EASEL_PROVIDER=auto
RUN apt-get update && apt-get install -y --no-install-recommends libvulkan1 && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY --from=build --chown=root:root /app/package.json ./
COPY --from=build --chown=root:root /app/node_modules ./node_modules
COPY --from=build --chown=root:root /app/dist ./dist
COPY --chown=root:root models/miniature ./models/miniature
RUN install -d -o node -g node /data
USER 1000:1000
VOLUME /data
EXPOSE 9090
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=120s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:9090/healthz').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "dist/src/main.js"]
CMD ["worker"]
