"""Where allauth looks for an app's identity providers."""

provider_classes: list[type] = []
