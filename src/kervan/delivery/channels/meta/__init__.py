"""Messengers of Meta other than WhatsApp."""
