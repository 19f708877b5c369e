# syntax=docker/dockerfile:1.7
# The bot and the deliverer: they hold the Discord token and need no networks, so the image leaves onnxruntime out.
# Build from the repository's root: docker build -f deploy/bot.Dockerfile -t easel-bot .
FROM node:20.20.2-bookworm-slim AS build
WORKDIR /app
ENV ONNXRUNTIME_NODE_INSTALL=skip
COPY package.json package-lock.json .npmrc ./
RUN npm ci --no-audit --no-fund
COPY tsconfig.json ./
COPY src ./src
COPY commands ./commands
COPY workers ./workers
# The compiler stays behind as somebody's optional peer; the networks' runtime is the worker's.
RUN npm run build && npm prune --omit=dev \
  && rm -rf node_modules/typescript node_modules/@typescript node_modules/onnxruntime-node node_modules/onnxruntime-common

FROM node:20.20.2-bookworm-slim
ENV NODE_ENV=production EASEL_DATA_DIR=/data EASEL_HEALTH_PORT=9090 EASEL_HEALTH_HOST=0.0.0.0
WORKDIR /app
COPY --from=build --chown=root:root /app/package.json ./
COPY --from=build --chown=root:root /app/node_modules ./node_modules
COPY --from=build --chown=root:root /app/dist ./dist
COPY --chown=root:root models/miniature ./models/miniature
RUN install -d -o node -g node /data
USER 1000:1000
VOLUME /data
EXPOSE 9090
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:9090/healthz').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "dist/src/main.js"]
CMD ["bot"]
