"""What prompt formats share: chat templates, texts, media of unknown size."""
