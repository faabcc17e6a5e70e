# Built once here; the image holds no compiler and builds nothing when it starts.
FROM node:22-bookworm-slim AS build
WORKDIR /portage
COPY . .
# npm writes the lock file again when it prunes; to what starts later that would be a change that has to be built.
RUN npm ci --no-audit --no-fund && node scripts/build.mjs && cp -p package.json package-lock.json /tmp/ \
  && npm prune --omit=dev --ignore-scripts --no-audit --no-fund && cp -p /tmp/package.json /tmp/package-lock.json ./

FROM node:22-bookworm-slim
ENV NODE_ENV=production NEXT_TELEMETRY_DISABLED=1 HOST=0.0.0.0 PORT=3000 PORTAGE_DATA_DIR=/data
WORKDIR /portage
# Owned by root: the process can't change its own program.
COPY --from=build /portage /portage
RUN mkdir /data && chown 1000:1000 /data && chmod 700 /data
USER 1000:1000
VOLUME /data
EXPOSE 3000
HEALTHCHECK --interval=15s --timeout=5s --start-period=40s --retries=4 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/api/health/ready`).then((a) => process.exit(a.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "/portage/bin/portage.mjs"]
CMD ["serve"]
