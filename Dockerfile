FROM python:3.11-slim

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PIP_NO_CACHE_DIR=1
WORKDIR /app

COPY requirements.txt ./
RUN pip install --disable-pip-version-check -r requirements.txt

COPY . ./
ENV POLICYHUB_STATIC_ROOT=/app/collected
RUN POLICYHUB_COLLECTING=1 python manage.py collectstatic --no-input

RUN useradd --system --uid 10001 --home-dir /app --shell /usr/sbin/nologin policyhub \
    && install -d -m 0700 -o policyhub /signer
USER policyhub

ENV POLICYHUB_BIND=0.0.0.0:8000
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=12s --start-period=30s --retries=4 CMD ["python", "manage.py", "probe", "web"]
CMD ["python", "manage.py", "serve", "web"]
