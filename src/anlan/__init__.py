"""安澜 Anlan: emergency management for a Chinese city district."""

__version__ = "0.1.0"
