"""Outgoing 外发: what leaves the house of what people are told, by mail, robots of work chats and SMS gateways.

Words: gateway 网关 (a way out that the bureau allows), channel 渠道 (one address of a person, or of a post or office),
wishes 我的通知设置 (what goes out to a person, and when not), message 发出的消息 (one notice by one channel, or a digest).
Invariants: a notice goes by a channel once; it is sent by the worker, never in the deed's transaction; what leaves is a
title and a link, without a word that anybody typed; addresses are kept apart, shown to nobody and in no journal.
"""
