"""Where allauth looks for an app's identity providers (it imports `<app>.provider`)."""

from __future__ import annotations

from apps.accounts.providers.franceconnect import FranceConnectProvider
from apps.accounts.providers.pro_sante_connect import ProSanteConnectProvider
from apps.accounts.providers.proconnect import ProConnectProvider

provider_classes = [FranceConnectProvider, ProSanteConnectProvider, ProConnectProvider]
