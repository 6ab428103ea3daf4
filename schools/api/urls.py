"""What of a district's API is about its schools; every address begins with the district's."""

from django.urls import path

from schools.api import deliveries, views, webhooks

_WEBHOOK = "webhooks/<uuid:webhook_id>/"
_DELIVERY = f"{_WEBHOOK}deliveries/<uuid:delivery_id>/"

urlpatterns = [
    path("me/", views.Me.as_view(), name="api-me"),
    path("schools/", views.SchoolList.as_view(), name="api-schools"),
    path("schools/<uuid:school_id>/", views.SchoolDetail.as_view(), name="api-school"),
    path("webhooks/", webhooks.WebhookList.as_view(), name="api-webhooks"),
    path(_WEBHOOK, webhooks.WebhookDetail.as_view(), name="api-webhook"),
    path(f"{_WEBHOOK}secrets/", webhooks.WebhookSecretList.as_view(), name="api-webhook-secrets"),
    path(f"{_WEBHOOK}tests/", deliveries.WebhookTestList.as_view(), name="api-webhook-tests"),
    path(f"{_WEBHOOK}replays/", deliveries.WebhookReplayList.as_view(), name="api-webhook-replays"),
    path(
        f"{_WEBHOOK}deliveries/", deliveries.DeliveryList.as_view(), name="api-webhook-deliveries"
    ),
    path(_DELIVERY, deliveries.DeliveryDetail.as_view(), name="api-webhook-delivery"),
    path(
        f"{_DELIVERY}replays/", deliveries.DeliveryReplayList.as_view(), name="api-delivery-replays"
    ),
]
