# Anlan on Debian or Ubuntu with Python 3.11 or later; everything else is fetched by name with locked versions.
.DEFAULT_GOAL := help
# Anlan is many processes: where nothing compiled may be kept, each would compile all of it again.
unexport PYTHONDONTWRITEBYTECODE
.PHONY: help demo up test lint docs setup setup-test

help: ## 说明 / this list
	@sed -n 's|^\([a-z-]*\):.*## \(.*\)|  make \1: \2|p' $(MAKEFILE_LIST)

demo: ## 建好武昌区演示并运行 / build the Wuchang demo and run it
	@scripts/environment.sh run
	@exec scripts/demo.sh

up: setup ## 运行自己的辖区 / run a district of your own
	@exec .venv/bin/anlan up

test: ## 全部测试 / the whole test suite
	@scripts/environment.sh test
	@scripts/messages.sh
	@scripts/test.sh

lint: setup-test ## 代码检查 / style and types
	.venv/bin/ruff check .
	ANLAN_HOME=$(CURDIR)/.anlan-test .venv/bin/mypy

docs: setup-test ## 生成参考文档 / generate the reference
	.venv/bin/python -m anlan.toolkit.reference

setup: ## 只准备环境 / prepare the environment only
	@scripts/environment.sh run
	@scripts/frontend.sh
	@scripts/messages.sh

setup-test:
	@scripts/environment.sh test
	@scripts/frontend.sh
	@scripts/messages.sh
