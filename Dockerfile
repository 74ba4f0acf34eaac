# The site as one image: web server by default, worker with another command.
FROM python:3.11-slim-bookworm

ENV PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DATA_DIR=/data \
    STATIC_ROOT=/app/static-collected

WORKDIR /app
COPY requirements/run.txt requirements/run.txt
RUN pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements/run.txt

RUN useradd --system --uid 10001 --home-dir /data --no-create-home wipoconv \
    && install --directory --owner=wipoconv --mode=0700 /data
COPY . .

# The key is good for this one command.
RUN SITE_URL=http://localhost \
    SECRET_KEY="$(python -c 'import secrets; print(secrets.token_urlsafe(64))')" \
    python manage.py collectstatic --noinput --verbosity 0 \
    && python -m compileall -q /app

USER wipoconv
VOLUME /data
EXPOSE 8000

# Asks under the name of the site: others are refused.
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s CMD ["python", "-c", "\
import os; from urllib.parse import urlsplit; from urllib.request import Request, urlopen; \
host = urlsplit(os.environ['SITE_URL']).netloc; \
urlopen(Request('http://127.0.0.1:8000/healthz', headers={'Host': host}), timeout=4)"]

CMD ["granian", "--interface", "wsgi", "--host", "0.0.0.0", "--port", "8000", \
     "--workers", "2", "--blocking-threads", "8", "--workers-kill-timeout", "10", \
     "--no-ws", "wipoconv.wsgi:application"]
