"""Push: to browsers (Web Push), to phones by Google (FCM) and by Apple (APNs)."""
