"""The workbench in a browser: pages and a REST API over the store.

`app` puts it together, `security` decides who may do what, `rendering` makes pages, `requests` is what routers ask of a
request. Every module of `pages` and `api` has a `router` and is found by itself.
"""
