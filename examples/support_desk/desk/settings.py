"""What an operator can change, from the environment or a .env file."""

from pathlib import Path

from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="DESK_", env_file=".env")

    answer_models: tuple[str, ...] = ("gpt-4o-mini", "gpt-4.1-mini")  # the next is asked when one fails
    embedding_model: str = "text-embedding-3-small"
    llm_timeout: float = 20.0
    answer_tokens: int = 600
    broker: str = "redis://localhost:6379/0"
    data: Path = Path("data")


settings = Settings()
