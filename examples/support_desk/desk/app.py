"""The web application: `uvicorn desk.app:app`."""

from fastapi import FastAPI

from .routes import router

app = FastAPI(title="Support desk")
app.include_router(router)
